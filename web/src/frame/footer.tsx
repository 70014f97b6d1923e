import { useVersion } from "../api/queries";
import { useLiveMode } from "../live/events";

const texts = {
  live: "Live",
  connecting: "Connecting to live updates…",
  polling: "Live updates are not available; looking every 5 seconds",
};

export function Footer() {
  const mode = useLiveMode();
  const version = useVersion();
  return (
    <footer className="frame-foot">
      <span role="status" data-live={mode}>
        <span className={`live-dot ${mode}`} aria-hidden="true" />
        {texts[mode]}
      </span>
      {version.data && <span>Berth {version.data.version}</span>}
    </footer>
  );
}
