/** Colours of the paper: slate neutrals, one accent, amber for what needs a person. Meaning never hangs on colour alone. */
export const ink: Readonly<
  Record<'text' | 'muted' | 'rule' | 'band' | 'accent' | 'caution' | 'cautionGround' | 'raises' | 'lowers', string>
> = {
  text: '#17212b',
  muted: '#55636f',
  rule: '#d5dce2',
  band: '#f3f6f8',
  accent: '#0f5f66',
  caution: '#8a5a00',
  cautionGround: '#fdf4df',
  raises: '#a8452f',
  lowers: '#2f6694',
};
