/** A size on disk for people, such as `12 MB`; in steps of a thousand, as disks are sold. */
export function sizeOnDisk(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const size = bytes / 1_000 ** step;
  return `${size < 10 && step > 0 ? size.toFixed(1) : size.toFixed(0)} ${units[step] ?? ""}`;
}
