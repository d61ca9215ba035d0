import type { Fleet as FleetRoom } from "../fleet/fleet.ts";
import type { By as ByRoom, Journal as JournalRoom } from "../storage/journal.ts";
import type { CommandRecord as CommandRecordRoom, Storage as StorageRoom } from "../storage/storage.ts";

export type Fleet = FleetRoom;
export type Journal = JournalRoom;
export type By = ByRoom;
export type Storage = StorageRoom;
export type CommandRecord = CommandRecordRoom;
