"""Trains, measures and writes the pre-operative model: the recipe of aggressiveness without what only the resected specimen shows.

    python3 models/training/aggressiveness-preoperative/train.py --data ../shared/data -o models/aggressiveness-preoperative --work .cache/training

The work folder is that of the post-operative model: what its folds learned of penalties is read there, or learned and kept there.
"""

import runpy
import sys
from pathlib import Path

sys.argv.append("--before-surgery")
runpy.run_path(str(Path(__file__).parents[1] / "aggressiveness" / "train.py"), run_name="__main__")
