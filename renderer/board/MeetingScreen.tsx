import { useKeys } from '../app/keyboard.tsx';
import { HouseFrame } from '../case/HouseFrame.tsx';
import { Loading } from '../ui/parts.tsx';
import { Agenda } from './Agenda.tsx';
import { useMeeting } from './MeetingProvider.tsx';
import styles from './meeting.module.css';
import { Presenter } from './Presenter.tsx';
import { Summary } from './Summary.tsx';

/** The meeting from agenda to summary; which of them stands follows from the meeting itself. */
export function MeetingScreen() {
  const { ready, meeting, last } = useMeeting();
  useKeys('Meeting', [], !ready);
  return (
    <HouseFrame current="meeting">
      <div className={styles.page}>
        {!ready ? (
          <Loading what="Looking for a meeting that was kept" rows={8} />
        ) : meeting !== undefined ? (
          <Presenter meeting={meeting} />
        ) : last !== undefined ? (
          <Summary meeting={last} />
        ) : (
          <Agenda />
        )}
      </div>
    </HouseFrame>
  );
}
