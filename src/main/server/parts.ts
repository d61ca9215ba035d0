import type { Engine } from "../engine.ts";

/** The engine's rooms as its hosts see them: through the engine, which alone knows where they come from. */
export type Fleet = Engine["fleet"];
export type Review = Engine["review"];
export type Journal = Engine["journal"];
export type Storage = Engine["storage"];
/** On whose behalf something is done. */
export type By = Parameters<Fleet["interrupt"]>[1];
export type CommandRecord = Parameters<Storage["recordCommand"]>[0];
