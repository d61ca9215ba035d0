import type { ReactNode } from "react";
import { useApp, type App } from "../../store/app.ts";
import type { Tab } from "../../store/stores.ts";
import { KeysOf } from "../../ui/kbd.tsx";
import "./ask-region.css";

/**
 * Where it is told what a workstream waits for. Its keys work all over the screen, but in the diff, where letters are the
 * diff's: there they mean what they say here only while the focus is here, and are printed only then.
 */
export function AskRegion({ tab, children }: { tab: Tab; children: ReactNode }): ReactNode {
  const app = useApp();
  return (
    <div
      className="ask-region"
      data-region="ask"
      data-apart={tab === "diff" || undefined}
      tabIndex={-1}
      onFocus={() => enter(app, tab)}
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) leave(app);
      }}
    >
      {tab === "diff" && (
        <p className="ask-reach">
          <KeysOf command="next-region" /> goes here
        </p>
      )}
      {children}
    </div>
  );
}

function enter({ stores, actions }: App, tab: Tab): void {
  if (tab === "diff" && stores.view.getState().region === undefined) actions.show({ region: "ask" });
}

function leave({ stores, actions }: App): void {
  if (stores.view.getState().region === "ask") actions.show({ region: undefined });
}
