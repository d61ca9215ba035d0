/* Which system calls a confined command is refused, as a program for the kernel's filter (classic BPF over struct seccomp_data). */

interface Machine {
  /** AUDIT_ARCH_* of linux/audit.h. */
  readonly arch: number;
  readonly calls: Readonly<Record<"socket" | "socketpair" | "ioctl", number>>;
  /** Refused whatever their arguments are. */
  readonly refused: readonly number[];
}

/* In this order: add_key, request_key, keyctl (the user's keyring has no namespace), perf_event_open, bpf, userfaultfd, and
 * io_uring_setup, _enter, _register (which opens sockets past this filter). Numbers from asm/unistd_64.h and asm-generic/unistd.h. */
const machines = {
  x64: {
    arch: 0xc000003e,
    calls: { socket: 41, socketpair: 53, ioctl: 16 },
    refused: [248, 249, 250, 298, 321, 323, 425, 426, 427],
  },
  arm64: {
    arch: 0xc00000b7,
    calls: { socket: 198, socketpair: 199, ioctl: 29 },
    refused: [217, 218, 219, 241, 280, 282, 425, 426, 427],
  },
} satisfies Record<string, Machine>;

/** As Node names them. */
export type FilteredMachine = keyof typeof machines;

export function isFiltered(machine: string): machine is FilteredMachine {
  return Object.hasOwn(machines, machine);
}

const unix = 1;
/** IPv4, IPv6 and netlink. Others, such as vsock, know no network namespace. */
const alwaysAllowed = [2, 10, 16];
const stream = 1;
const seqpacket = 5;
/** TIOCSTI and TIOCLINUX: typing into a terminal in place of the human. */
const typingRequests = [0x5412, 0x541c];
const firstX32Call = 0x40000000;

/** Offsets in struct seccomp_data, for the low half of each argument. */
const at = { call: 0, arch: 4, argument: (index: number) => 16 + 8 * index };

/** Instruction codes of linux/bpf_common.h. */
const load = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const and = 0x54;
const give = 0x06;

const allow = 0x7fff0000;
/** SECCOMP_RET_ERRNO with EPERM. */
const refuse = 0x00050001;

/** Jumps name their targets; {@link assemble} counts the distance. */
type Line =
  | { readonly code: number; readonly k: number }
  | { readonly code: number; readonly k: number; readonly yes?: string; readonly no?: string }
  | { readonly label: string };

/**
 * The filter for a machine.
 *
 * @param unixSockets whether unix sockets may be opened: those with an abstract name (X11, a session bus) belong to the
 *   network, so a command that shares the machine's network is not to have any
 */
export function seccompFilter(machine: FilteredMachine, { unixSockets }: { readonly unixSockets: boolean }): Buffer {
  const known = machines[machine];
  const families = unixSockets ? [unix, ...alwaysAllowed] : alwaysAllowed;
  return assemble([
    { code: load, k: at.arch },
    { code: jumpIfEqual, k: known.arch, no: "refuse" },
    { code: load, k: at.call },
    { code: jumpIfAtLeast, k: firstX32Call, yes: "refuse" },
    ...known.refused.map((call): Line => ({ code: jumpIfEqual, k: call, yes: "refuse" })),
    { code: jumpIfEqual, k: known.calls.socket, yes: "socket" },
    { code: jumpIfEqual, k: known.calls.socketpair, yes: "socketpair" },
    { code: jumpIfEqual, k: known.calls.ioctl, yes: "ioctl" },
    { label: "allow" },
    { code: give, k: allow },
    { label: "refuse" },
    { code: give, k: refuse },
    { label: "socket" },
    { code: load, k: at.argument(0) },
    ...oneOf(families),
    { label: "socketpair" },
    ...(unixSockets ? [{ code: give, k: allow }] : connectedPairs()),
    { label: "ioctl" },
    { code: load, k: at.argument(1) },
    ...typingRequests.map((request): Line => ({ code: jumpIfEqual, k: request, yes: "typing" })),
    { code: give, k: allow },
    { label: "typing" },
    { code: give, k: refuse },
  ]);
}

/** A pair of datagram sockets can be connected anew, to any name. */
function connectedPairs(): Line[] {
  return [{ code: load, k: at.argument(1) }, { code: and, k: 0xf }, ...oneOf([stream, seqpacket])];
}

function oneOf(values: readonly number[]): Line[] {
  const name = `allowed ${values.join(" ")}`;
  return [
    ...values.map((value): Line => ({ code: jumpIfEqual, k: value, yes: name })),
    { code: give, k: refuse },
    { label: name },
    { code: give, k: allow },
  ];
}

/** Eight bytes a line, as struct sock_filter: code, jump when it holds, jump when not, operand. Jumps go forward only. */
function assemble(lines: readonly Line[]): Buffer {
  const places = new Map<string, number>();
  let count = 0;
  for (const line of lines) {
    if ("label" in line) places.set(line.label, count);
    else count += 1;
  }
  const program = Buffer.alloc(count * 8);
  let index = 0;
  for (const line of lines) {
    if ("label" in line) continue;
    const distance = (label: string | undefined) =>
      label === undefined ? 0 : (places.get(label) ?? Number.NaN) - index - 1;
    const { yes, no } = { yes: undefined, no: undefined, ...line };
    program.writeUInt16LE(line.code, index * 8);
    program.writeUInt8(distance(yes), index * 8 + 2);
    program.writeUInt8(distance(no), index * 8 + 3);
    program.writeUInt32LE(line.k, index * 8 + 4);
    index += 1;
  }
  return program;
}
