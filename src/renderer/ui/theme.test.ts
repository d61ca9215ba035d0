import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Rgb = readonly [red: number, green: number, blue: number];
type Theme = "light" | "dark";

const css = readFileSync(new URL("theme.css", import.meta.url), "utf8");

/** Every variable of the theme that is a plain colour. */
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name ?? "",
    { light: rgbOf(light ?? ""), dark: rgbOf(dark ?? "") },
  ]),
);
const same = new Map(
  [...css.matchAll(/--([\w-]+): var\(--([\w-]+)\);/g)].map(([, name, of]) => [name ?? "", of ?? ""]),
);

function rgbOf(hex: string): Rgb {
  const at = (from: number): number => Number.parseInt(hex.slice(from, from + 2), 16) / 255;
  return [at(1), at(3), at(5)];
}

function colour(name: string, theme: Theme): Rgb {
  const found = tokens.get(same.get(name) ?? name);
  if (found === undefined) throw new Error(`theme.css has no colour --${name}.`);
  return found[theme];
}

function linear([red, green, blue]: Rgb): Rgb {
  const of = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  return [of(red), of(green), of(blue)];
}

function contrast(one: Rgb, other: Rgb): number {
  const luminance = (rgb: Rgb): number => {
    const [red, green, blue] = linear(rgb);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const grounds = ["n1", "n2", "n3"];
const statuses = ["working", "asks", "blocked", "gating", "ready", "landing", "landed", "stopped"];

/** Text and the grounds it stands on. */
const texts: readonly [text: string, on: readonly string[]][] = [
  ["n12", [...grounds, "n4", "accent-ground", "asks-ground", "blocked-ground", "added-ground", "removed-ground"]],
  ["n11", [...grounds, "n4", "accent-ground", "asks-ground", "blocked-ground"]],
  ["n10", grounds],
  ["accent", ["n1", "n2"]],
  ["on-accent", ["accent"]],
  ...statuses.map((status): [string, readonly string[]] => [status, ["n1", "n2"]]),
  ["asks", ["asks-ground"]],
  ["blocked", ["blocked-ground"]],
  ["added", ["n1", "n2"]],
  ["removed", ["n1", "n2"]],
  ...["keyword", "string", "constant", "function", "comment"].map((part): [string, readonly string[]] => [
    `syntax-${part}`,
    ["n1", "n2"],
  ]),
];

/** What is seen and not read: borders of controls, marks, the focus. */
const marks: readonly [mark: string, on: readonly string[]][] = [
  ["n8", ["n1", "n2"]],
  ["accent", [...grounds, "accent-ground"]],
];

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  it.each(texts.flatMap(([text, on]) => on.map((ground) => [text, ground] as const)))(
    "--%s reads on --%s",
    (text, ground) => {
      expect(contrast(colour(text, theme), colour(ground, theme))).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(marks.flatMap(([mark, on]) => on.map((ground) => [mark, ground] as const)))(
    "--%s shows on --%s",
    (mark, ground) => {
      expect(contrast(colour(mark, theme), colour(ground, theme))).toBeGreaterThanOrEqual(3);
    },
  );
});

/** How a colour looks to who lacks one kind of cone (Machado, Oliveira and Fernandes 2009, in full), on linear values. */
const sights: Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
  "full sight": [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
};

function oklab(rgb: Rgb, sight: readonly [Rgb, Rgb, Rgb]): Rgb {
  const seen = linear(rgb);
  const dot = (row: Rgb, of: Rgb): number => row[0] * of[0] + row[1] * of[1] + row[2] * of[2];
  const [red, green, blue] = sight.map((row) => Math.min(1, Math.max(0, dot(row, seen)))) as [number, number, number];
  const cones: Rgb = [
    Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue),
    Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue),
    Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue),
  ];
  return [
    dot([0.2104542553, 0.793617785, -0.0040720468], cones),
    dot([1.9779984951, -2.428592205, 0.4505937099], cones),
    dot([0.0259040371, 0.7827717662, -0.808675766], cones),
  ];
}

/** Those among which the human has to choose where to look first; the others are greys and a dim green, and say less. */
const calling = ["asks", "blocked", "gating", "ready", "landing", "working"];
/** In OKLab; about 0.02 is just seen side by side. */
const apart = 0.04;

describe.each(Object.keys(sights))("with %s", (name) => {
  const sight = sights[name];
  it.each(["light", "dark"] as const)("statuses that call are told apart in the %s theme", (theme) => {
    if (sight === undefined) throw new Error(name);
    const close = calling.flatMap((one, at) =>
      calling.slice(at + 1).flatMap((other) => {
        const [a, b] = [oklab(colour(one, theme), sight), oklab(colour(other, theme), sight)];
        const distance = Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
        return distance < apart ? [`${one} and ${other}: ${distance.toFixed(3)}`] : [];
      }),
    );
    expect(close).toEqual([]);
  });
});
