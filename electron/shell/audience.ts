/**
 * The second window, on the wall (F070). The presenter's page asks for it as it asks a browser; the shell refuses that
 * popup and opens a window of its own, with the same sandbox and guards and without an opener. Which slide stands there is
 * agreed between the two pages, and the page on the wall holds a lock for as long as it lives: when its window goes, with
 * a cable or by a crash, the presenter's page lets its curtain fall.
 */
import { type BrowserWindow, screen } from 'electron';
import { audienceDisplay } from './displays.ts';
import { AUDIENCE, asksForAudience } from './guards.ts';
import { openPage, type WindowGround } from './window.ts';

/** Size of the window where there is no display for it: it can be dragged to one that the system does not tell apart. */
const ALONE = { width: 1280, height: 720 };
/** What a wall shows before its page does. */
const DARK = '#000000';

/** Lets the presenter's window have an audience beside it. Call once, when the application is ready. */
export function offerAudience(ground: WindowGround, presenter: BrowserWindow): void {
  let wall: { readonly window: BrowserWindow; displayId: number | undefined } | undefined;

  /** The display that the audience gets now; the presenter's window may have been moved meanwhile. */
  const place = () =>
    audienceDisplay(screen.getAllDisplays(), screen.getDisplayMatching(presenter.getBounds()).id, wall?.displayId);

  const open = () => {
    const display = place();
    const window = openPage(
      ground,
      AUDIENCE,
      display === undefined
        ? { ...ALONE, backgroundColor: DARK }
        : { ...display.bounds, fullscreen: true, backgroundColor: DARK },
    );
    const own = { window, displayId: display?.id };
    wall = own;
    window.on('closed', () => {
      if (wall === own) wall = undefined;
    });
    // A page that died shows nothing, holds no lock and hears nobody: its window goes as well.
    window.webContents.on('render-process-gone', () => window.destroy());
    // A wall that fills a display has no frame to take hold of; the keyboard gives it back.
    window.webContents.on('before-input-event', (_, { type, key }) => {
      if (type === 'keyDown' && key === 'Escape' && window.isFullScreen()) window.setFullScreen(false);
    });
    // The keys stay with the presenter.
    window.once('show', () => presenter.focus());
  };

  /** To the next display, or, where there is none, before the others. */
  const move = ({ window, displayId }: { window: BrowserWindow; displayId: number | undefined }) => {
    const display = place();
    if (wall === undefined || display === undefined || display.id === displayId) {
      if (display !== undefined) window.setFullScreen(true);
      window.moveTop();
      return;
    }
    wall.displayId = display.id;
    const settle = () => {
      window.setBounds(display.bounds);
      window.setFullScreen(true);
    };
    // A system that animates leaves the full screen later than it was asked to, and ignores bounds until then.
    if (window.isFullScreen()) {
      window.once('leave-full-screen', settle);
      window.setFullScreen(false);
    } else settle();
  };

  presenter.webContents.setWindowOpenHandler(({ url }) => {
    if (asksForAudience(url)) {
      if (wall === undefined) open();
      else move(wall);
    }
    return { action: 'deny' };
  });
  // The system would push the wall's window onto a display that is left, which may be the presenter's own.
  screen.on('display-removed', (_, gone) => {
    if (wall !== undefined && wall.displayId === gone.id) wall.window.destroy();
  });
  // A window on the wall alone has nobody to say what it shows.
  presenter.on('closed', () => wall?.window.destroy());
}
