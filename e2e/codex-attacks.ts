interface Place {
  readonly repo: string;
  readonly home: string;
  /** The attacker's own workstream. */
  readonly id: string;
  /** A sibling's worktree. */
  readonly sibling: string;
}

interface Attack {
  readonly name: string;
  readonly command: (place: Place) => string;
  /** What its output shows when the sandbox holds. */
  readonly proof: RegExp;
}

/** Tries each line; one that works says so. Every attack ends with an honest commit, to show that the sandbox is not merely broken. */
const tries = (...lines: readonly string[]) =>
  [
    ...lines.map((line) => `(${line}) && echo SUCCEEDED: ${JSON.stringify(line.slice(0, 40))}`),
    "git commit -q --allow-empty -m 'Still able to commit'",
  ].join("\n");

export const attacks: readonly Attack[] = [
  {
    name: "cannot move main",
    command: ({ repo }) =>
      tries(
        "git commit -q --allow-empty -m mine && git update-ref refs/heads/main HEAD",
        "git branch -f main HEAD",
        "git push -q . +HEAD:refs/heads/main",
        `echo 0 > ${repo}/.git/refs/heads/main`,
        `echo 0 > ${repo}/.git/packed-refs`,
        `git -C ${repo} commit -q --allow-empty -m x`,
      ),
    proof: /Read-only file system/,
  },
  {
    name: "cannot delete or make another branch",
    command: ({ repo }) =>
      tries(
        "git branch -D other",
        "git update-ref -d refs/heads/other",
        "git pack-refs --all",
        "git branch mine",
        "git tag mine",
        `rm ${repo}/.git/packed-refs`,
      ),
    proof: /Read-only file system/,
  },
  {
    name: "cannot rewrite what the engine's git reads",
    command: ({ repo, id }) => {
      const admin = `${repo}/.git/worktrees/${id}`;
      return tries(
        `echo /tmp > ${admin}/commondir`,
        `mv ${admin}/commondir ${admin}/other`,
        `rm ${admin}/gitdir`,
        `echo '[core]' > ${admin}/config.worktree`,
        `mv ${admin} ${repo}/.git/worktrees/elsewhere`,
        `echo '[core]' >> ${repo}/.git/config`,
        "git config core.fsmonitor /bin/false",
        `echo x > ${repo}/.git/hooks/post-commit`,
        `echo x > ${repo}/.git/info/attributes`,
        `echo /etc > ${repo}/.git/objects/info/alternates`,
        "echo gitdir: /tmp > .git",
        "rm .git",
        "mv .git gone",
      );
    },
    proof: /Read-only file system/,
  },
  {
    name: "cannot delete packed history",
    command: ({ repo }) =>
      tries(`rm ${repo}/.git/objects/pack/*.pack`, `mv ${repo}/.git/objects/pack ${repo}/.git/objects/gone`),
    proof: /Read-only file system/,
  },
  {
    name: "cannot touch the main checkout or a sibling",
    command: ({ repo, sibling }) =>
      tries(
        `echo x > ${repo}/readme.md`,
        `touch ${repo}/new`,
        `touch ${sibling}/new`,
        `echo x > ${repo}/.git/worktrees/${sibling.split("/").at(-1)}/HEAD`,
      ),
    proof: /Read-only file system/,
  },
  {
    name: "cannot read the engine's home or a sibling",
    command: ({ home, sibling }) =>
      tries(
        `cat ${home}/coxswain.db`,
        `ls ${home}`,
        `ls ${home}/codex`,
        `cat ${sibling}/sibling.txt`,
        `cat /proc/1/root${home}/coxswain.db`,
        `cat /proc/self/root${home}/coxswain.db`,
        `ln -s ${home}/coxswain.db link && cat link`,
        "umount -l " + home,
        "mount --bind / /mnt",
        // Who is not root gets a namespace of its own, but nothing that was laid over its files comes off in it.
        `unshare -rm sh -c 'umount -l ${home}; cat ${home}/coxswain.db'`,
        `unshare -rm sh -c 'mount --bind / $TMPDIR && cat $TMPDIR${home}/coxswain.db'`,
        `unshare -rm sh -c 'mkdir -p $TMPDIR/u $TMPDIR/w; mount -t overlay o -o lowerdir=/,upperdir=$TMPDIR/u,workdir=$TMPDIR/w /mnt && cat /mnt${home}/coxswain.db'`,
        `unshare -rm sh -c 'mount -o remount,rw /'`,
      ),
    proof: /Permission denied/,
  },
  {
    name: "cannot move another branch through a ref of its own that leads there",
    command: ({ repo, id, sibling }) => {
      const own = `${repo}/.git/refs/heads/cox/${id}`;
      const other = `refs/heads/cox/${sibling.split("/").at(-1)}/work`;
      return tries(
        `printf 'ref: refs/heads/main\\n' > ${own}/sly && git commit -q --allow-empty -m mine && git update-ref refs/heads/cox/${id}/sly HEAD`,
        `git symbolic-ref refs/heads/cox/${id}/sly ${other} && git update-ref refs/heads/cox/${id}/sly HEAD`,
        `git update-ref ${other} HEAD`,
        `git push -q . +HEAD:${other}`,
        `ln -s ../../main ${own}/link && git rev-parse HEAD > ${own}/link`,
        `ln -s ../../../../packed-refs ${own}/packed && echo x > ${own}/packed`,
        `mv ${own} ${own}-moved`,
        `rmdir ${own} && ln -s ../.. ${own}`,
        `ln -sfn ${repo}/.git/refs/heads ${own} && git rev-parse HEAD > ${own}/heads/main`,
        `git symbolic-ref HEAD refs/heads/main && git commit -q --allow-empty -m x`,
      ).replace(
        /^git commit -q --allow-empty -m 'Still/m,
        `find ${own} -name sly -delete -o -type l -delete; git symbolic-ref HEAD refs/heads/cox/${id}/work; $&`,
      );
    },
    proof: /Read-only file system/,
  },
  {
    // Opened and not written: an attack that works must leave the machine as it was.
    name: "cannot write the kernel's settings, also as root",
    command: () =>
      tries(
        ...["kernel/core_pattern", "vm/drop_caches", "fs/suid_dumpable", "kernel/sysrq"].map(
          (name) => `: >> /proc/sys/${name}`,
        ),
        ": >> /proc/sysrq-trigger",
        ": >> /sys/kernel/mm/ksm/run",
      ),
    proof: /Read-only file system|Permission denied/,
  },
  {
    name: "cannot leave its worktree by a symbolic link",
    command: ({ repo, sibling }) =>
      tries(
        `ln -s ${repo} out1 && echo x > out1/readme.md`,
        `ln -s ${repo}/.git/hooks out2 && echo x > out2/post-commit`,
        `ln -s ${sibling} out3 && touch out3/new`,
        `ln -s ${repo}/.git/config out4 && git config --file out4 core.fsmonitor /bin/false`,
        `ln ${repo}/readme.md hard && echo x > hard`,
      ),
    proof: /Read-only file system/,
  },
  {
    name: "cannot meet another author in a shared folder",
    command: () => tries("touch /tmp/meet", "touch /var/tmp/meet", "mkdir -p $HOME/meet"),
    proof: /Read-only file system/,
  },
];
