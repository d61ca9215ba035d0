import { useCallback, useEffect, useRef, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import { isInterruptible, isRunning, isSteerable } from "../../store/abilities.ts";
import { composerDraft } from "../../store/actions.ts";
import { useApp, useDraftState, useEngine, useView } from "../../store/app.ts";
import { Composer } from "../../ui/composer.tsx";

const deliveries = { now: "on its way", next: "next turn", interrupt: "after the interrupt" } as const;

/** Words for the author, and those on their way. */
export function Words({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions, surfaces, stores } = useApp();
  const key = composerDraft(workstream.id);
  const { text, elsewhere } = useDraftState(key);
  const { id } = workstream;
  const find = useCallback((what: "file" | "symbol", typed: string) => actions.mention(id, what, typed), [actions, id]);
  const offline = useEngine((state) => state.link.kind !== "open");
  const agents = useEngine((state) => state.agents);
  const words = useEngine((state) => state.fleet.words);
  const region = useView((view) => view.region);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => surfaces.add("composer", { focus: () => field.current?.focus() }), [surfaces]);
  return (
    <div data-region="composer" tabIndex={-1}>
      <Composer
        text={text}
        name={workstream.name}
        running={isRunning(workstream)}
        steers={isSteerable(workstream, agents)}
        interrupts={isInterruptible(workstream, agents)}
        offline={offline}
        waiting={Object.values(words)
          .filter((one) => one.workstreamId === workstream.id && one.from.kind === "human")
          .map((one) => ({ id: one.id, text: one.text, when: deliveries[one.when] }))}
        said={stores.sent.of(id)}
        elsewhere={elsewhere}
        fieldRef={field}
        onText={(next) => actions.setDraft(key, next)}
        onSend={(when) => void actions.steer(workstream, stores.draft.getState().drafts[key] ?? "", when, key)}
        onUnsay={(wordsId) => {
          field.current?.focus();
          void actions.unsay(workstream, wordsId);
        }}
        onEdit={(wordsId) => {
          field.current?.focus();
          void actions.editWords(id, wordsId, key);
        }}
        onMention={find}
        onRegion={(inside) => {
          const wanted = inside ? "composer" : undefined;
          if (region !== wanted) actions.show({ region: wanted });
        }}
      />
    </div>
  );
}
