// Sizes, times and digests as text.

export function bytes(count: number) {
  if (count < 1024) return `${count} B`;
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = count;
  let unit = -1;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** "sha256:0123456789ab" */
export function shortDigest(digest: string) {
  const [algorithm, hex] = digest.split(":");
  return hex ? `${algorithm}:${hex.slice(0, 12)}` : digest;
}

export function isTime(text: string | undefined): text is string {
  return (
    text !== undefined &&
    text !== "" &&
    !text.startsWith("0001-") &&
    !Number.isNaN(Date.parse(text))
  );
}

export function ago(time: string, now = Date.now()) {
  const seconds = Math.round((now - Date.parse(time)) / 1000);
  const ahead = seconds < 0;
  const size = Math.abs(seconds);
  const word =
    size < 10
      ? "now"
      : size < 60
        ? `${size} s`
        : size < 3600
          ? `${Math.round(size / 60)} min`
          : size < 172_800
            ? `${Math.round(size / 3600)} h`
            : `${Math.round(size / 86_400)} days`;
  if (word === "now") return "just now";
  return ahead ? `in ${word}` : `${word} ago`;
}

export function count(number: number, one: string, many = one + "s") {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
