/** No more than one in so long, in milliseconds. */
const atMostEvery = 10_000;

export interface Chime {
  /** Sounds once, unless it just did. */
  sound(): void;
}

/** One quiet sound of two soft tones, made when it is needed. A page that nobody has touched may not sound, and is then still. */
export function createChime(open: () => AudioContext, now: () => number): Chime {
  let last = -Infinity;
  let context: AudioContext | undefined;
  return {
    sound() {
      if (now() - last < atMostEvery) return;
      last = now();
      context ??= open();
      void context.resume().catch(() => undefined);
      tone(context, 659, 0);
      tone(context, 880, 0.09);
    },
  };
}

/** Seconds and hertz. */
function tone(context: AudioContext, frequency: number, after: number): void {
  const from = context.currentTime + after;
  const source = context.createOscillator();
  const volume = context.createGain();
  source.type = "sine";
  source.frequency.value = frequency;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.06, from + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.35);
  source.connect(volume).connect(context.destination);
  source.start(from);
  source.stop(from + 0.4);
}
