/**
 * Cuts a byte stream into lines. A line longer than `limit` bytes calls `tooLong` once and ends the cutting, since
 * what follows cannot be trusted to begin at a message.
 */
export function createLineCutter(
  limit: number,
  line: (text: string) => void,
  tooLong: () => void,
): (chunk: Buffer) => void {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let broken = false;

  function take(part: Buffer): string {
    const whole = held.length === 0 ? part : Buffer.concat([...held, part]);
    held = [];
    heldBytes = 0;
    return whole.toString("utf8");
  }

  return (chunk) => {
    let start = 0;
    while (!broken) {
      const end = chunk.indexOf(10, start);
      const stop = end === -1 ? chunk.length : end;
      if (heldBytes + stop - start > limit) {
        broken = true;
        held = [];
        tooLong();
        return;
      }
      if (end === -1) break;
      line(take(chunk.subarray(start, end)));
      start = end + 1;
    }
    if (broken || start === chunk.length) return;
    held.push(chunk.subarray(start));
    heldBytes += chunk.length - start;
  };
}
