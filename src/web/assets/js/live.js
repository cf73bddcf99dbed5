// Asks for a part of the page again when what it shows has changed: `data-live` says what it shows. Tabs that nobody looks
// at do not listen, as a browser opens few connections to one host; a tab that is looked at again asks for all its parts.
const live = () => [...document.querySelectorAll("[data-live]")];
if (live().length && window.EventSource) {
  let source = null;
  const listen = () => {
    source?.close();
    source = null;
    if (document.hidden) return;
    source = new EventSource("/live");
    source.onmessage = (message) => {
      const changed = message.data.split(" ");
      for (const part of live()) {
        // What somebody types in stays as it is.
        if (part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) continue;
        if (part.dataset.live.split(" ").some((shown) => changed.includes(shown))) htmx.trigger(part, "stale");
      }
    };
  };
  document.addEventListener("visibilitychange", () => {
    listen();
    if (!document.hidden) for (const part of live()) htmx.trigger(part, "stale");
  });
  listen();
}
