import { GoError } from "../goFunction.ts";
import { formatTime, RFC3339_NANO } from "./formatTime.ts";
import { calendarOf, type GoTime, momentOf } from "./goTime.ts";
import { MONTHS } from "./layout.ts";
import { quoteTime } from "./quoteTime.ts";
import { UTC } from "./zone.ts";

/**
 * A time as RFC 3339, which not every one has.
 *
 * @param caller  begins the message of an error
 * @throws GoError
 */
export function strictText(time: GoTime, caller: string): string {
  const { year } = calendarOf(time);
  if (year < 0 || year > 9999) throw new GoError(`${caller}: year outside of range [0,9999]`);
  if (Math.abs(momentOf(time).offset) >= 24 * 3600) {
    throw new GoError(`${caller}: timezone hour outside of range [0,23]`);
  }
  return formatTime(time, RFC3339_NANO);
}

/** As `%#v` writes it. @see Go 1.26 time/format.go, GoString */
export function goStringOfTime(time: GoTime): string {
  const { year, month, day, hour, minute, second } = calendarOf(time);
  const zone = time.zone === UTC ? "time.UTC" : `time.Location(${quoteTime(time.zone.name)})`;
  const numbers = [day, hour, minute, second, time.nsec].join(", ");
  return `time.Date(${year}, time.${MONTHS[month - 1]}, ${numbers}, ${zone})`;
}

/** As the MarshalBinary method writes it; a byte string. @see Go 1.26 time/time.go, AppendBinary */
export function binaryTime(time: GoTime): string {
  const { offset } = momentOf(time);
  const minutes = time.zone === UTC ? -1 : Math.trunc(offset / 60);
  if (time.zone !== UTC && (minutes < -32768 || minutes === -1 || minutes > 32767)) {
    throw new GoError("Time.MarshalBinary: unexpected zone offset");
  }
  const hasSeconds = time.zone !== UTC && offset % 60 !== 0;
  const bytes = Buffer.alloc(hasSeconds ? 16 : 15);
  bytes.writeUInt8(hasSeconds ? 2 : 1, 0);
  bytes.writeBigInt64BE(time.ext, 1);
  bytes.writeInt32BE(time.nsec, 9);
  bytes.writeInt16BE(minutes, 13);
  if (hasSeconds) bytes.writeInt8(offset % 60, 15);
  return bytes.toString("latin1");
}
