import { useEffect, useState, type ReactNode } from "react";
import type { Workstream } from "../../../contract/states.ts";
import type { Problem } from "../../../contract/errors.ts";
import type { Usage } from "../../../contract/usage.ts";
import { useApp, useEngine } from "../../store/app.ts";
import { clock, compact, took } from "../../store/format.ts";
import { VerbButton } from "../../ui/kbd.tsx";
import { WithCode } from "../../ui/plain.tsx";
import { UsageView } from "../../ui/usage-view.tsx";
import { useNow } from "../use-now.ts";

/** What it cost, read again as it goes on. */
export function UsageTab({ workstream }: { workstream: Workstream }): ReactNode {
  const { actions } = useApp();
  const { id, agent, phase, turn } = workstream;
  const isOpen = useEngine((state) => state.link.kind === "open");
  const limits = useEngine((state) => state.fleet.rateLimits[agent]);
  const now = useNow();
  const [told, setTold] = useState<Usage | Problem | undefined>(undefined);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    if (!isOpen) return undefined;
    let isOld = false;
    void actions.readUsage(id).then((usage) => {
      if (!isOld) setTold(usage);
    });
    return () => {
      isOld = true;
    };
  }, [actions, id, isOpen, now, asked, phase, turn?.id, turn?.status]);
  if (told === undefined) return <p className="workstream-quiet">Adding it up…</p>;
  if ("code" in told) {
    return (
      <div className="workstream-quiet" role="alert">
        <p>
          <WithCode text={`It cannot be read. ${told.message} ${told.next}`} />
        </p>
        <VerbButton label="Read again" onPress={() => setAsked(asked + 1)} />
      </div>
    );
  }
  return <UsageView usage={told} limits={limits ?? []} compact={compact} took={took} clock={clock} />;
}
