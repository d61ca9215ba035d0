/** Where a command works. Which of these are active together is the page's matter. */
export type Scope =
  | "global"
  | "queue"
  /** Places with rows: what was done to one can be undone there. */
  | "rows"
  | "grid"
  | "workstream"
  | "resting"
  | "tabs"
  | "ask"
  | "question"
  | "transcript"
  | "diff"
  | "terminal"
  | "shell"
  | "selected"
  | "composer"
  | "worktrees"
  | "welcome"
  | "search"
  | "compare"
  | "settings";

/** The native menus that hold commands, in the order in which they stand. */
export const menus = ["file", "go", "workstream", "view", "help"] as const;
export type MenuName = (typeof menus)[number];

/** What is known of a command without the page that carries it out. */
export interface CommandFacts {
  readonly id: string;
  readonly title: string;
  /** Other words it is looked for by. */
  readonly also?: string;
  readonly scope: Scope;
  /** Bindings in the form of tinykeys; a space separates the presses of a sequence. */
  readonly keys: readonly string[];
  /**
   * What it is bound to while a terminal has the focus, where every other key belongs to the program; without it the command does
   * not act there. On a Mac its bindings with Cmd act too, since no program is given that.
   */
  readonly inTerminal?: readonly string[];
  /** Whether its sequence is waited for longer: its last key alone would do what cannot be undone. */
  readonly patient?: boolean;
  /** Said in the hint bar, where the command works. */
  readonly hint?: string;
  /** The native menu it stands in; what only moves within a list stands in none, and what approves neither. */
  readonly menu?: MenuName;
  /** Of one of many that differ by this number only, counted from 1. */
  readonly number?: number;
}

/** What people look for who want to start something. */
const newWords = "new create ticket open project";

const everywhere = [
  {
    id: "palette",
    title: "Find a command or workstream",
    scope: "global",
    keys: ["$mod+k"],
    inTerminal: ["Control+Shift+k"],
    hint: "palette",
    menu: "go",
  },
  {
    id: "keys",
    title: "Show the keys that work here",
    scope: "global",
    keys: ["[Shift]+?"],
    hint: "keys",
    menu: "help",
  },
  {
    id: "start",
    title: "Start a workstream",
    also: newWords,
    scope: "global",
    keys: ["$mod+n"],
    inTerminal: ["Control+Shift+n"],
    menu: "file",
  },
  {
    id: "go-welcome",
    title: "Get started: agents, git, a first project, the demo",
    also: "welcome first run install codex demo help",
    scope: "global",
    keys: ["g o"],
    menu: "help",
  },
  { id: "open-project", title: "Open a project", also: "add repository", scope: "global", keys: [], menu: "file" },
  {
    id: "jump",
    title: "Go to what needs you most; again, to the next",
    scope: "global",
    keys: ["$mod+j"],
    inTerminal: ["Control+Shift+j"],
    hint: "most urgent",
    menu: "go",
  },
  {
    id: "back",
    title: "Go back to exactly where you were",
    scope: "global",
    keys: ["$mod+Shift+j"],
    inTerminal: ["Alt+Shift+j"],
    menu: "go",
  },
  { id: "go-queue", title: "Go to the queue", scope: "global", keys: ["g q"], menu: "go" },
  { id: "go-grid", title: "Go to the grid", scope: "global", keys: ["g g"], menu: "go" },
  {
    id: "go-worktrees",
    title: "Go to the worktrees",
    also: "disk space size adopt reclaim",
    scope: "global",
    keys: ["g w"],
    menu: "go",
  },
  {
    id: "go-compare",
    title: "Compare the attempts at its ticket",
    also: "siblings side by side keep one best of",
    scope: "global",
    keys: ["g c"],
    menu: "go",
  },
  {
    id: "go-search",
    title: "Search all that was said, done, asked and noted",
    also: "find text transcripts tickets grep",
    scope: "global",
    keys: ["g [Shift]+/"],
    menu: "go",
  },
  {
    id: "doctor",
    title: "Show what is wrong, and the command that mends it",
    also: "doctor checks health examine broken",
    scope: "global",
    keys: ["g d"],
    menu: "help",
  },
  {
    id: "decide-loosening",
    title: "Decide what a project asks for (asks first)",
    also: "allow consent loosening confinement",
    scope: "global",
    keys: ["g p"],
  },
  {
    id: "settings",
    title: "Open the settings",
    also: "preferences options configure theme keys",
    scope: "global",
    keys: [","],
    menu: "file",
  },
  { id: "go-workstream", title: "Go to the selected workstream", scope: "global", keys: ["g s"], menu: "go" },
] as const satisfies readonly CommandFacts[];

const places = Array.from({ length: 15 }, (_, at) => {
  const number = at + 1;
  const also = number === 1 ? " (and so on; g 1 1 to g 1 5 for 11 to 15)" : "";
  return {
    id: `workstream-${String(number)}`,
    title: `Go to workstream ${String(number)}${also}`,
    scope: "global",
    keys: [number <= 10 ? `Alt+${String(number % 10)}` : `g 1 ${String(number - 10)}`],
    ...(number <= 10 ? { inTerminal: [`Alt+${String(number % 10)}`] } : {}),
    number,
  } as const satisfies CommandFacts;
});

const around = [
  { id: "up", title: "Close, or go up one level", scope: "global", keys: ["Escape"] },
  { id: "next-region", title: "Go to the next region", scope: "global", keys: ["F6"] },
  { id: "previous-region", title: "Go to the previous region", scope: "global", keys: ["Shift+F6"] },
  {
    id: "theme",
    title: "Change between the dark, the light and the system's theme",
    scope: "global",
    keys: [],
    menu: "view",
  },
  {
    id: "zoom-in",
    title: "Make everything larger",
    scope: "global",
    keys: ["$mod+[Shift]+=", "$mod+[Shift]++"],
    menu: "view",
  },
  { id: "zoom-out", title: "Make everything smaller", scope: "global", keys: ["$mod+-"], menu: "view" },
  { id: "zoom-reset", title: "Make everything its usual size", scope: "global", keys: ["$mod+0"], menu: "view" },
] as const satisfies readonly CommandFacts[];

const onQueue = [
  { id: "queue-down", title: "Select the next item", scope: "queue", keys: ["j", "ArrowDown"], hint: "next" },
  { id: "queue-up", title: "Select the item before", scope: "queue", keys: ["k", "ArrowUp"] },
  { id: "queue-first", title: "Select the first item", scope: "queue", keys: ["Home"] },
  { id: "queue-last", title: "Select the last item", scope: "queue", keys: ["End", "Shift+g"] },
  { id: "queue-open", title: "Open its workstream", scope: "queue", keys: ["Enter", "o"], hint: "open" },
  { id: "queue-peek", title: "Show or hide all that is needed to decide", scope: "queue", keys: ["Space"] },
  { id: "next-split", title: "Next split", scope: "queue", keys: ["Tab"], hint: "next split" },
  { id: "previous-split", title: "Previous split", scope: "queue", keys: ["Shift+Tab"] },
  { id: "settle", title: "Done: clear what was only told", scope: "queue", keys: ["e"], hint: "done" },
  { id: "snooze-15", title: "Snooze for 15 minutes", scope: "queue", keys: ["h 1"], patient: true, hint: "15 min" },
  { id: "snooze-60", title: "Snooze for an hour", scope: "queue", keys: ["h 2"], patient: true, hint: "1 hour" },
  {
    id: "snooze-change",
    title: "Snooze until it changes",
    scope: "queue",
    keys: ["h 3"],
    patient: true,
    hint: "until it changes",
  },
  {
    id: "snooze-morning",
    title: "Snooze until tomorrow morning",
    scope: "queue",
    keys: ["h 4"],
    patient: true,
    hint: "tomorrow morning",
  },
  {
    id: "mark",
    title: "Mark it, for one verb on all that are marked",
    scope: "queue",
    keys: ["x"],
    hint: "mark",
  },
  { id: "mark-down", title: "Mark it and the next", scope: "queue", keys: ["Shift+j"] },
  { id: "mark-up", title: "Mark it and the one before", scope: "queue", keys: ["Shift+k"] },
  { id: "mute", title: "Mute its workstream: show only what stands still", scope: "queue", keys: ["m"], hint: "mute" },
  { id: "why", title: "Say why it stands here", scope: "queue", keys: ["i"], hint: "why here" },
  { id: "start-from-queue", title: "Start a workstream", also: newWords, scope: "queue", keys: ["n"], hint: "new" },
  { id: "apply-order", title: "Apply the order, and show what is new", scope: "queue", keys: ["."] },
  { id: "undo", title: "Undo", scope: "rows", keys: ["z"] },
  { id: "redo", title: "Do again what was undone", scope: "rows", keys: ["Shift+z"] },
] as const satisfies readonly CommandFacts[];

const onGrid = [
  { id: "left", title: "Select the tile to the left", scope: "grid", keys: ["h", "ArrowLeft"] },
  { id: "down", title: "Select the tile below", scope: "grid", keys: ["j", "ArrowDown"] },
  { id: "up-tile", title: "Select the tile above", scope: "grid", keys: ["k", "ArrowUp"] },
  { id: "right", title: "Select the tile to the right", scope: "grid", keys: ["l", "ArrowRight"] },
  { id: "open", title: "Open the selected workstream", scope: "grid", keys: ["Enter"], hint: "open" },
  { id: "steer-here", title: "Steer the selected workstream in one line", scope: "grid", keys: ["s"], hint: "steer" },
  { id: "start-here", title: "Start a workstream", also: newWords, scope: "grid", keys: ["n"], hint: "new" },
  {
    id: "enlarge",
    title: "Enlarge the tile in its place, or make it small again",
    also: "grow plan files lines",
    scope: "grid",
    keys: ["Space"],
    hint: "enlarge",
  },
  { id: "explain", title: "Say what the numbers of the tile mean", scope: "grid", keys: ["i"], hint: "what it means" },
  {
    id: "filter-grid",
    title: "Show all, those that need you, those that run, those that rest",
    scope: "grid",
    keys: ["f"],
    hint: "filter",
  },
  { id: "find-on-grid", title: "Show only workstreams with some text", also: "search", scope: "grid", keys: ["/"] },
  {
    id: "show-terminals",
    title: "Show in the tiles what authors do, or your terminals where something happens",
    also: "shell preview rows lines",
    scope: "grid",
    keys: ["v"],
    menu: "view",
  },
  { id: "denser", title: "Make the tiles smaller", also: "density compact", scope: "grid", keys: ["-"] },
  { id: "roomier", title: "Make the tiles larger", also: "density roomy", scope: "grid", keys: ["[Shift]++", "="] },
  { id: "choose", title: "Choose the tile, to act on several", also: "select", scope: "grid", keys: ["x"] },
  { id: "choose-left", title: "Choose on to the left", scope: "grid", keys: ["Shift+ArrowLeft"] },
  { id: "choose-down", title: "Choose on downwards", scope: "grid", keys: ["Shift+ArrowDown", "Shift+j"] },
  { id: "choose-up", title: "Choose on upwards", scope: "grid", keys: ["Shift+ArrowUp", "Shift+k"] },
  { id: "choose-right", title: "Choose on to the right", scope: "grid", keys: ["Shift+ArrowRight"] },
  {
    id: "broadcast",
    title: "Tell the chosen workstreams one thing",
    also: "steer several broadcast",
    scope: "grid",
    keys: ["Shift+s"],
    hint: "tell them",
  },
  {
    id: "pause-here",
    title: "Pause what is chosen and give up its folders, or take it up again",
    also: "resume",
    scope: "grid",
    keys: ["p"],
  },
  { id: "stop-here", title: "Stop the selected workstream (asks first)", scope: "grid", keys: ["Shift+x"] },
  { id: "mark-unread", title: "Mark the workstream unread", scope: "resting", keys: ["Shift+u"] },
] as const satisfies readonly CommandFacts[];

const answering = [
  { id: "accept", title: "Allow once", scope: "ask", keys: ["a"], hint: "allow once" },
  { id: "accept-for-thread", title: "Allow for the whole thread", scope: "ask", keys: ["Shift+a"] },
  { id: "decline", title: "Decline, with a reason", scope: "ask", keys: ["d"], hint: "decline" },
  { id: "cancel", title: "Decline and end the turn", scope: "ask", keys: ["Shift+c"] },
  {
    id: "waive",
    title: "Let a change to harness files pass (asks first)",
    also: "waive gate",
    scope: "ask",
    keys: ["w"],
    hint: "let pass…",
  },
] as const satisfies readonly CommandFacts[];

const options = Array.from({ length: 9 }, (_, at) => {
  const number = at + 1;
  return {
    id: `option-${String(number)}`,
    title: number === 1 ? "Choose the first answer (and so on to 9)" : `Choose answer ${String(number)}`,
    scope: "question",
    keys: [String(number)],
    ...(number === 1 ? { hint: "choose" } : {}),
    number,
  } as const satisfies CommandFacts;
});

const replying = [
  { id: "reply", title: "Answer in your own words", scope: "ask", keys: ["r"], hint: "own words" },
] as const satisfies readonly CommandFacts[];

const onWorkstream = [
  { id: "compose", title: "Write to the author", scope: "workstream", keys: ["s"], hint: "write", menu: "workstream" },
  {
    id: "interrupt",
    title: "Interrupt the running turn",
    scope: "workstream",
    keys: ["Shift+i"],
    hint: "interrupt",
    menu: "workstream",
  },
  {
    id: "stop",
    title: "Stop the workstream (asks first)",
    scope: "workstream",
    keys: ["Shift+x"],
    hint: "stop…",
    menu: "workstream",
  },
  {
    id: "retry",
    title: "Take the workstream up again",
    scope: "resting",
    keys: ["Shift+r"],
    hint: "retry",
    menu: "workstream",
  },
  {
    id: "budget",
    title: "Raise or change the budget",
    also: "tokens minutes limit",
    scope: "resting",
    keys: ["b"],
    menu: "workstream",
  },
  {
    id: "archive",
    title: "Put the workstream away",
    scope: "resting",
    keys: ["Shift+e"],
    hint: "put away",
    menu: "workstream",
  },
  {
    id: "pause-workstream",
    title: "Pause the workstream and give up its folder",
    scope: "workstream",
    keys: ["Shift+z"],
    menu: "workstream",
  },
  {
    id: "delete-workstream",
    title: "Delete the workstream (asks first)",
    scope: "resting",
    keys: ["Shift+d"],
    menu: "workstream",
  },
  {
    id: "resolve-conflict",
    title: "Tell the author to rebase, and in which files it conflicts",
    also: "merge base",
    scope: "resting",
    keys: ["Shift+b"],
    hint: "have it rebased",
    menu: "workstream",
  },
  { id: "leave", title: "Back to where you came from", scope: "workstream", keys: ["u"], hint: "back" },
  {
    id: "send",
    title: "Send: into the running turn where it takes words, else as the next one",
    scope: "composer",
    keys: ["$mod+Enter"],
    hint: "send",
  },
  { id: "send-next", title: "Queue for the next turn", scope: "composer", keys: ["Alt+Enter"] },
  {
    id: "send-interrupt",
    title: "Interrupt the running turn and send",
    scope: "composer",
    keys: ["$mod+Shift+Enter"],
  },
] as const satisfies readonly CommandFacts[];

const reading = [
  { id: "tab-transcript", title: "Show the transcript", scope: "tabs", keys: ["1"], menu: "view" },
  { id: "tab-terminal", title: "Show the terminal", also: "shell console", scope: "tabs", keys: ["2"], menu: "view" },
  { id: "tab-diff", title: "Show the diff", scope: "tabs", keys: ["3"], menu: "view" },
  { id: "tab-plan", title: "Show ticket and plan", scope: "tabs", keys: ["4"], menu: "view" },
  {
    id: "tab-usage",
    title: "Show what it costs",
    also: "usage tokens time budget",
    scope: "tabs",
    keys: ["5"],
    menu: "view",
  },

  { id: "next-item", title: "Next item", scope: "transcript", keys: ["j", "ArrowDown"], hint: "next" },
  { id: "previous-item", title: "Previous item", scope: "transcript", keys: ["k", "ArrowUp"] },
  { id: "unfold", title: "Unfold or fold the item", scope: "transcript", keys: ["Enter", "o"], hint: "unfold" },
  { id: "next-turn", title: "Next turn", scope: "transcript", keys: ["n"] },
  { id: "previous-turn", title: "Previous turn", scope: "transcript", keys: ["Shift+n"] },
  { id: "to-end", title: "To the end of the transcript", scope: "transcript", keys: ["Shift+g", "End"], hint: "end" },
  {
    id: "find-item",
    title: "Find in the transcript",
    also: "search text",
    scope: "transcript",
    keys: ["/"],
    hint: "find",
  },
  { id: "copy-item", title: "Copy the item", also: "clipboard yank", scope: "transcript", keys: ["y"], hint: "copy" },
  { id: "older", title: "Read older items", scope: "transcript", keys: ["["] },

  { id: "next-change", title: "Next change", scope: "diff", keys: ["n"], hint: "next change" },
  { id: "previous-change", title: "Previous change", scope: "diff", keys: ["p"] },
  {
    id: "next-file",
    title: "Next file that was not viewed",
    scope: "diff",
    keys: ["Shift+n"],
    hint: "next file",
  },
  { id: "previous-file", title: "Previous file that was not viewed", scope: "diff", keys: ["Shift+p"] },
  { id: "next-line", title: "Next line", scope: "diff", keys: ["j", "ArrowDown"] },
  { id: "previous-line", title: "Previous line", scope: "diff", keys: ["k", "ArrowUp"] },
  { id: "extend-down", title: "Select one line more below", scope: "diff", keys: ["Shift+j", "Shift+ArrowDown"] },
  { id: "extend-up", title: "Select one line more above", scope: "diff", keys: ["Shift+k", "Shift+ArrowUp"] },
  {
    id: "fold-file",
    title: "Unfold or fold the file",
    also: "generated lock minified huge collapse",
    scope: "diff",
    keys: ["o", "Enter"],
    hint: "unfold",
  },
  { id: "expand-context", title: "Show more lines around the change", scope: "diff", keys: ["="], hint: "more lines" },
  { id: "find-file", title: "Find a file of the diff", scope: "diff", keys: ["f"], hint: "file" },
  {
    id: "split",
    title: "Show the diff unified or side by side",
    scope: "diff",
    keys: ["[Shift]+|"],
    hint: "split",
    menu: "view",
  },
  {
    id: "whitespace",
    title: "Ignore or show what differs in white space only",
    also: "indentation blank",
    scope: "diff",
    keys: ["w"],
    hint: "white space",
    menu: "view",
  },
  {
    id: "diff-since",
    title: "Choose what the diff is taken against",
    also: "uncommitted commit base since",
    scope: "diff",
    keys: ["t"],
    hint: "since…",
  },
  { id: "show-newer", title: "Show the diff as it is by now", scope: "diff", keys: ["."] },
] as const satisfies readonly CommandFacts[];

const reviewing = [
  {
    id: "view-hunk",
    title: "Mark the change as viewed and go to the next one (again: not viewed)",
    also: "seen read done",
    scope: "diff",
    keys: ["v"],
    hint: "viewed",
  },
  { id: "view-file", title: "Mark the whole file as viewed (again: not viewed)", scope: "diff", keys: ["Shift+v"] },
  {
    id: "only-unviewed",
    title: "Show only what you have not viewed, or what changed since you looked",
    also: "new since last look review",
    scope: "diff",
    keys: ["Shift+u"],
    menu: "view",
  },
  {
    id: "comment",
    title: "Comment on the selected lines",
    also: "review annotate",
    scope: "diff",
    keys: ["c"],
    hint: "comment",
  },
  {
    id: "keep-comment",
    title: "Keep the comment for the review, or send the reply",
    scope: "diff",
    keys: ["$mod+Enter"],
  },
  { id: "drop-comment", title: "Drop the comment that was not sent", scope: "diff", keys: ["Shift+d"] },
  { id: "undo-drop", title: "Undo: bring back the comment that was dropped", scope: "diff", keys: ["z"] },
  { id: "next-thread", title: "Next thread or comment", scope: "diff", keys: ["]"], hint: "threads" },
  { id: "previous-thread", title: "Previous thread or comment", scope: "diff", keys: ["["] },
  { id: "reply-thread", title: "Reply in the thread, or go on writing the comment", scope: "diff", keys: ["r"] },
  { id: "resolve-thread", title: "Resolve the thread, or open it again", scope: "diff", keys: ["Shift+r"] },
  { id: "quote", title: "Quote the selected lines to the author", scope: "diff", keys: ["q"] },
  {
    id: "send-review",
    title: "Send the comments to the author as one review (shows it first)",
    scope: "diff",
    keys: ["Shift+c"],
    hint: "send review…",
    menu: "workstream",
  },
] as const satisfies readonly CommandFacts[];

const inTerminal = [
  { id: "type-in-terminal", title: "Type in the terminal", scope: "terminal", keys: ["Enter"], hint: "type" },
  {
    id: "another-shell",
    title: "Open a new shell when this one has ended",
    scope: "terminal",
    keys: ["o"],
  },
  {
    id: "leave-terminal",
    title: "Give the keys back to Coxswain",
    scope: "shell",
    keys: [],
    // The first is the task manager's on Windows.
    inTerminal: ["Control+Shift+Escape", "Control+Shift+F6"],
    hint: "leave the terminal",
  },
  {
    id: "take-over",
    title: "Take over: type in the workstream's terminal",
    also: "shell console",
    scope: "selected",
    keys: ["t"],
    hint: "take over",
    menu: "workstream",
  },
] as const satisfies readonly CommandFacts[];

const onWorktrees = [
  { id: "next-worktree", title: "Next worktree", scope: "worktrees", keys: ["j", "ArrowDown"], hint: "next" },
  { id: "previous-worktree", title: "Previous worktree", scope: "worktrees", keys: ["k", "ArrowUp"] },
  { id: "open-worktree", title: "Open its workstream", scope: "worktrees", keys: ["Enter"], hint: "open" },
  {
    id: "measure",
    title: "Measure what takes room on disk",
    also: "disk size",
    scope: "worktrees",
    keys: ["m"],
    hint: "measure",
  },
  {
    id: "hold-pool",
    title: "Stop making worktrees ready for next starts; go on",
    also: "warm pool refill prepare cancel",
    scope: "worktrees",
    keys: ["w"],
    hint: "stop or go on",
  },
  { id: "adopt", title: "Have a workstream work in it", scope: "worktrees", keys: ["a"], hint: "adopt…" },
  { id: "release", title: "Give the worktree back", scope: "worktrees", keys: ["b"], hint: "give back" },
  {
    id: "reclaim",
    title: "Free what set-up makes again (asks first)",
    scope: "worktrees",
    keys: ["Shift+f"],
    hint: "free…",
  },
  { id: "pause", title: "Free the folder and keep the work", scope: "worktrees", keys: ["Shift+p"], hint: "pause" },
  { id: "delete", title: "Delete the workstream (asks first)", scope: "worktrees", keys: ["Shift+d"], hint: "delete…" },
  { id: "copy-path", title: "Copy the folder's path", scope: "worktrees", keys: ["c"], hint: "copy path" },
  { id: "leave-worktrees", title: "Back to where you came from", scope: "worktrees", keys: ["u"], hint: "back" },
] as const satisfies readonly CommandFacts[];

const onWelcome = [
  { id: "open-first", title: "Open a project", scope: "welcome", keys: ["n"], hint: "open a project" },
  {
    id: "try-demo",
    title: "Try the demo",
    also: "example sample",
    scope: "welcome",
    keys: ["t"],
    hint: "try the demo",
  },
  { id: "install-codex", title: "Install Codex", scope: "welcome", keys: ["i"], hint: "install Codex" },
  { id: "look-again", title: "Look again at what is there", scope: "welcome", keys: ["."], hint: "look again" },
] as const satisfies readonly CommandFacts[];

const onCompare = [
  { id: "previous-attempt", title: "Attempt to the left", scope: "compare", keys: ["h", "ArrowLeft"] },
  { id: "next-attempt", title: "Attempt to the right", scope: "compare", keys: ["l", "ArrowRight"], hint: "next" },
  { id: "open-attempt", title: "Open the attempt", scope: "compare", keys: ["Enter"], hint: "open" },
  { id: "diff-attempt", title: "Show its diff", scope: "compare", keys: ["d"], hint: "diff" },
  { id: "mark-attempt", title: "Hold the others against it", scope: "compare", keys: ["x"] },
  {
    id: "between-attempts",
    title: "Show what differs between two attempts",
    scope: "compare",
    keys: ["[Shift]+|"],
    hint: "what differs",
  },
  { id: "next-difference", title: "Next difference", scope: "compare", keys: ["n"] },
  { id: "previous-difference", title: "Previous difference", scope: "compare", keys: ["p"] },
  {
    id: "keep-attempt",
    title: "Keep this attempt and put the others away (asks why)",
    scope: "compare",
    keys: ["Shift+k"],
    hint: "keep…",
  },
  { id: "leave-compare", title: "Back to where you came from", scope: "compare", keys: ["u"], hint: "back" },
] as const satisfies readonly CommandFacts[];

const onSearch = [
  { id: "next-found", title: "Next hit", scope: "search", keys: ["j", "ArrowDown"], hint: "next" },
  { id: "previous-found", title: "Previous hit", scope: "search", keys: ["k", "ArrowUp"] },
  { id: "open-found", title: "Go to the place of the hit", scope: "search", keys: ["Enter"], hint: "go there" },
  { id: "peek-found", title: "Show what stands around the hit", scope: "search", keys: ["Space"], hint: "look" },
  { id: "find-field", title: "Change what is looked for", scope: "search", keys: ["[Shift]+/"], hint: "change" },
  { id: "bring-back-found", title: "Bring back what was put away", scope: "search", keys: ["b"], hint: "bring back" },
  { id: "order-found", title: "Best or newest first", scope: "search", keys: ["o"], hint: "order" },
  { id: "leave-search", title: "Back to where you came from", scope: "search", keys: ["u"], hint: "back" },
] as const satisfies readonly CommandFacts[];

const onSettings = [
  { id: "next-setting", title: "Next setting", scope: "settings", keys: ["j"], hint: "next" },
  { id: "previous-setting", title: "Previous setting", scope: "settings", keys: ["k"] },
  { id: "find-setting", title: "Find a setting or a command", scope: "settings", keys: ["[Shift]+/"], hint: "find" },
  { id: "find-key", title: "Find what a key does, by pressing it", scope: "settings", keys: ["f"], hint: "find a key" },
  { id: "reset-setting", title: "Put the setting back to its default", scope: "settings", keys: ["r"], hint: "reset" },
  {
    id: "reset-keys",
    title: "Put every key back (asks first)",
    also: "reset shortcuts bindings",
    scope: "settings",
    keys: ["Shift+r"],
  },
  { id: "export-settings", title: "Export the settings", scope: "settings", keys: ["e"], hint: "export" },
  { id: "import-settings", title: "Import settings", scope: "settings", keys: ["i"], hint: "import…" },
  { id: "leave-settings", title: "Back to where you were", scope: "settings", keys: ["u"], hint: "back" },
] as const satisfies readonly CommandFacts[];

/** What a scope is called, in the order in which people look for it. */
export const scopeNames: Readonly<Record<Scope, string>> = {
  global: "Everywhere",
  queue: "Queue",
  rows: "Undo",
  grid: "Grid",
  workstream: "Workstream",
  resting: "When it rests",
  tabs: "Views",
  ask: "When it asks",
  question: "Questions",
  transcript: "Transcript",
  diff: "Diff",
  composer: "While you write",
  worktrees: "Worktrees",
  terminal: "Terminal",
  shell: "In the terminal",
  selected: "Selected workstream",
  welcome: "Get started",
  search: "In the search",
  compare: "Attempts side by side",
  settings: "Settings",
};

/** What a key that only begins others is about. */
export const sequenceHints: Readonly<Record<string, string>> = { h: "snooze…" };

/**
 * Every command there is, in the order in which it is shown: dispatch, palette, key sheet, hint bar, native menu and the
 * conflict test all read this one table. What each does is the page's (`src/renderer/keys/commands.ts`).
 */
export const table = [
  ...everywhere,
  ...places,
  ...around,
  ...onQueue,
  ...onGrid,
  ...answering,
  ...options,
  ...replying,
  ...onWorkstream,
  ...reading,
  ...reviewing,
  ...inTerminal,
  ...onWorktrees,
  ...onWelcome,
  ...onSearch,
  ...onCompare,
  ...onSettings,
] as const;

/** Those that are not one of many. */
export type CommandId = Exclude<(typeof table)[number], { readonly number: number }>["id"];
