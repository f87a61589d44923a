import type { RequestListener } from 'node:http';
import { bundlePage } from '../../page/bundle.ts';
import { servePage } from '../../page/server.ts';
import { View } from './view.ts';

/** Whoever comes to the cloud's address without a signature of AWS: browsers. They get the page once there is one. */
export class Visitors {
  #page: ReturnType<typeof servePage> | undefined;
  #view: View | undefined;

  readonly listener: RequestListener = (request, response) => {
    if (this.#page) this.#page.listener(request, response);
    else
      response.writeHead(503, { 'retry-after': '1' }).end('The local cloud starts. Try again in a moment.');
  };

  /** From now on they get the page of this cloud. */
  async welcome(options: Parameters<typeof View.open>[0]): Promise<View> {
    const bundle = bundlePage();
    this.#view = await View.open(options);
    this.#page = servePage(this.#view, bundle);
    return this.#view;
  }

  close(): void {
    this.#view?.close();
    this.#page?.close();
  }
}
