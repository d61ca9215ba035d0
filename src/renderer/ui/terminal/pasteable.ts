/** Everything below a space but tab and line ends, and what those codes are with the eighth bit set. */
// oxlint-disable-next-line no-control-regex -- they are what is to go
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g;

/** A text as it may be pasted: without the codes by which it could end the paste, and be taken for typed. */
export function pasteable(text: string): string {
  return text.replaceAll(controls, "");
}
