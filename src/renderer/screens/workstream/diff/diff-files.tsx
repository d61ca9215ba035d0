import { useMemo, useState, type ReactNode } from "react";
import type { ChangedFile } from "../../../../contract/diffs.ts";
import type { Progress } from "../../../store/review-marks.ts";
import type { DiffRead } from "../../../store/diff-state.ts";
import { FoldIcon } from "../../../ui/fold-icon.tsx";
import { Name } from "../../../ui/plain.tsx";
import { visible } from "../../../ui/visible-text.ts";

/** More files than these are not all listed at once: their folders are closed to begin with. */
const mostOpen = 600;
/** Of one folder. */
const mostListed = 500;

interface Folder {
  readonly name: string;
  readonly files: readonly ChangedFile[];
}

export interface DiffFilesProps {
  readonly read: DiffRead;
  readonly progress: ReadonlyMap<string, Progress>;
  readonly current: string | undefined;
  readonly onShow: (path: string) => void;
}

/** The changed files by folder, each a way to its place in the diff. */
export function DiffFiles({ read, progress, current, onShow }: DiffFilesProps): ReactNode {
  const { files, unlisted } = read;
  const folders = useMemo(() => foldersOf(files), [files]);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const areOpen = files.length <= mostOpen;
  const added = files.reduce((sum, file) => sum + file.added, 0);
  const removed = files.reduce((sum, file) => sum + file.removed, 0);
  return (
    <nav className="files" aria-label="Changed files" tabIndex={0}>
      <p className="files-sum">
        {files.length + unlisted} {files.length + unlisted === 1 ? "file" : "files"}{" "}
        <span className="added">+{added}</span> <span className="removed">−{removed}</span>
      </p>
      {folders.map(({ name, files: inside }) => {
        const isOpen = areOpen !== turned.has(name);
        const turn = (): void =>
          setTurned(
            (before) => new Set(before.has(name) ? [...before].filter((one) => one !== name) : [...before, name]),
          );
        return (
          <section key={name} aria-label={name === "" ? "Top folder" : name}>
            {folders.length > 1 || name !== "" ? (
              <button type="button" className="folder" aria-expanded={isOpen} onClick={turn}>
                <FoldIcon open={isOpen} size={12} />
                <span className="file-path">{name === "" ? "top folder" : <Name text={name} />}</span>
                {!isOpen && <span className="file-change">{inside.length}</span>}
              </button>
            ) : null}
            {isOpen && (
              <ul>
                {inside.slice(0, mostListed).map((file) => (
                  <FileLine
                    key={file.path}
                    file={file}
                    progress={progress.get(file.path)}
                    isCurrent={file.path === current}
                    onShow={onShow}
                  />
                ))}
              </ul>
            )}
            {isOpen && inside.length > mostListed && (
              <p className="files-sum">and {inside.length - mostListed} more here</p>
            )}
          </section>
        );
      })}
      {unlisted > 0 && <p className="files-sum">and {unlisted} more, which are not listed</p>}
    </nav>
  );
}

interface FileLineProps {
  readonly file: ChangedFile;
  readonly progress: Progress | undefined;
  readonly isCurrent: boolean;
  readonly onShow: (path: string) => void;
}

function FileLine({ file, progress, isCurrent, onShow }: FileLineProps): ReactNode {
  const { path, change, binary, added, removed } = file;
  const isViewed = progress !== undefined && progress.viewed === progress.total;
  const isBegun = progress !== undefined && progress.viewed > 0 && !isViewed;
  return (
    <li>
      <button
        type="button"
        className="file"
        title={`${change}: ${visible(path)}`}
        aria-current={isCurrent || undefined}
        data-viewed={isViewed || undefined}
        onClick={() => onShow(path)}
      >
        <span className="file-path">
          <Name text={path.slice(path.lastIndexOf("/") + 1)} />
        </span>
        {isViewed && <span className="file-change">viewed</span>}
        {isBegun && <span className="file-change">{`${String(progress.viewed)}/${String(progress.total)}`}</span>}
        {change !== "modified" && <span className="file-change">{change}</span>}
        {binary ? (
          <span className="file-change">binary</span>
        ) : (
          <span className="file-counts">
            <span className="added">+{added}</span> <span className="removed">−{removed}</span>
          </span>
        )}
      </button>
    </li>
  );
}

/** Files in the order of the diff, those of one folder together. */
function foldersOf(files: readonly ChangedFile[]): Folder[] {
  const folders = Map.groupBy(files, ({ path }) => path.slice(0, Math.max(0, path.lastIndexOf("/"))));
  return [...folders].map(([name, inside]) => ({ name, files: inside }));
}
