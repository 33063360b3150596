import { StatusError } from "../statusError.ts";

/** Addresses and ports handed out in order, and taken back. Forgets what is released. */
export class AddressPool {
  readonly #used = new Set<string>();
  #nextService = 10;
  #nextPod = 1;
  #nextPort = 30_000;

  /** An address of 10.96.0.0/12 that no service has. */
  serviceAddress(): string {
    for (;;) {
      const number = this.#nextService++;
      const address = `10.${96 + ((number >> 16) & 15)}.${(number >> 8) & 255}.${number & 255}`;
      if (this.claim(address)) return address;
    }
  }

  /** True for an address of 10.0.0.0/8. */
  contains(address: string): boolean {
    return /^10\.\d+\.\d+\.\d+$/.test(address);
  }

  /** An address of 10.244.0.0/16; reused after 65,000 pods. */
  podAddress(): string {
    const number = this.#nextPod++ & 0xffff;
    return `10.244.${number >> 8}.${number & 255}`;
  }

  /** A port from 30000 to 32767 that no service has. */
  nodePort(): number {
    for (let tries = 0; tries < 2768; tries++) {
      const port = this.#nextPort;
      this.#nextPort = port === 32_767 ? 30_000 : port + 1;
      if (this.claim(`port/${port}`)) return port;
    }
    throw new StatusError(
      500,
      "InternalError",
      "Internal error occurred: failed to allocate a nodePort: range is full",
    );
  }

  /** False when it is taken. */
  claim(address: string): boolean {
    if (this.#used.has(address)) return false;
    this.#used.add(address);
    return true;
  }

  release(address: string): void {
    this.#used.delete(address);
  }
}
