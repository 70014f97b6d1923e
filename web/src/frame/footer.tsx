import { useVersion } from "../api/queries";
import { useLiveMode } from "../live/events";
import { say } from "../words/say";

const texts = {
  live: "frame.live",
  connecting: "frame.connecting",
  polling: "frame.polling",
} as const;

export function Footer() {
  const mode = useLiveMode();
  const version = useVersion();
  return (
    <footer className="frame-foot">
      <span role="status" data-live={mode}>
        <span className={`live-dot ${mode}`} aria-hidden="true" />
        {say(texts[mode])}
      </span>
      {version.data && <span>{say("frame.version", { version: version.data.version })}</span>}
    </footer>
  );
}
