import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';

/**
 * One address for several Redis Clouds, one after the other: the functions of a cloud know one. A port that is given back
 * may be another program's by the time that it is wanted again.
 */
export class Address {
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((socket) => {
      const onward = connect(this.#port, '127.0.0.1');
      socket.pipe(onward).pipe(socket);
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        one.on('error', () => other.destroy()).on('close', () => other.destroy());
      }
    });
  }

  static async open(): Promise<Address> {
    const address = new Address();
    address.#server.listen(0, '127.0.0.1');
    await once(address.#server, 'listening');
    return address;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  leadTo(url: string): void {
    this.#port = Number(new URL(url).port);
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}
