// Snapshots from the server, for as long as the page can be seen. A feed that falls silent is
// given up and opened again, later each time up to ten seconds.

const SILENCE_MS = 5000;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 10000;

/**
 * Opens the feed.
 *
 * @param {string} url of the events
 * @param {(snapshot: object) => void} onSnapshot
 * @param {(state: {name: "connecting" | "live" | "paused" | "lost", since?: number, next?: number}) => void} onState
 * @returns {{retry: () => void}}
 */
export function openFeed(url, onSnapshot, onState) {
  let source = null;
  let silence = 0;
  let again = 0;
  let delay = FIRST_DELAY_MS;
  let lostSince = 0;

  function stop() {
    clearTimeout(silence);
    clearTimeout(again);
    source?.close();
    source = null;
  }

  function lose() {
    stop();
    lostSince ||= Date.now();
    onState({ name: "lost", since: lostSince, next: Date.now() + delay });
    again = setTimeout(open, delay);
    delay = Math.min(delay * 1.6, LONGEST_DELAY_MS);
  }

  function listen() {
    clearTimeout(silence);
    silence = setTimeout(lose, SILENCE_MS);
  }

  function open() {
    stop();
    if (document.hidden) {
      return;
    }
    source = new EventSource(url);
    source.onerror = lose;
    source.onmessage = (event) => {
      lostSince = 0;
      delay = FIRST_DELAY_MS;
      listen();
      onState({ name: "live" });
      onSnapshot(JSON.parse(event.data));
    };
    listen();
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stop();
      onState({ name: "paused" });
    } else {
      open();
    }
  });
  addEventListener("online", open);
  onState({ name: "connecting" });
  open();
  return { retry: open };
}
