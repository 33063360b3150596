import { execFile, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the server does instead of answering well. */
export type Mischief =
  | { readonly kind: "none" }
  | { readonly kind: "status"; readonly status: number; readonly body?: string }
  | { readonly kind: "redirect"; readonly location: (path: string) => string }
  /** Answers nothing, for ever. */
  | { readonly kind: "hang" }
  /** Sends so many bytes of packs and then breaks the connection, or ends the answer as if that were all. */
  | { readonly kind: "cut"; readonly after: number; readonly politely: boolean }
  | { readonly kind: "page"; readonly html: string };

export interface GitServerRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** A smart-HTTP Git server around `git http-backend`, with manners to choose. */
export class GitServer {
  readonly #root: string;
  readonly #tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  #port = 0;
  /** `user:password` to ask for. */
  credentials: string | undefined;
  mischief: Mischief = { kind: "none" };
  /** Where a path is served now; another path than asked for is a redirect on this server. */
  rename: ((path: string) => string) | undefined;
  requests: GitServerRequest[] = [];
  bytesSent = 0;

  /**
   * @param root  folder with the bare repositories
   * @param tls   certificate and key for https
   */
  constructor(root: string, tls?: { readonly cert: Buffer; readonly key: Buffer }) {
    this.#root = root;
    this.#tls = tls;
  }

  get origin(): string {
    return `${this.#tls ? "https" : "http"}://127.0.0.1:${this.#port}`;
  }

  /** Forgets what was counted. */
  reset(): void {
    this.requests = [];
    this.bytesSent = 0;
  }

  /** Listens; after `stop` on the same port again. */
  async start(): Promise<void> {
    const handle = (request: IncomingMessage, response: ServerResponse) => this.#handle(request, response);
    const server = this.#tls ? createTlsServer(this.#tls, handle) : createServer(handle);
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
    this.#server = undefined;
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? "/";
    const { authorization } = request.headers;
    this.requests.push({ method: request.method ?? "", path, authorization });
    const { mischief } = this;
    if (mischief.kind === "hang") return;
    if (mischief.kind === "status") {
      response.writeHead(mischief.status).end(mischief.body ?? "");
    } else if (mischief.kind === "page") {
      response.writeHead(200, { "content-type": "text/html" }).end(mischief.html);
    } else if (this.rename && this.rename(path) !== path) {
      response.writeHead(301, { location: this.rename(path) }).end();
    } else if (mischief.kind === "redirect") {
      response.writeHead(302, { location: mischief.location(path) }).end();
    } else if (
      this.credentials !== undefined &&
      authorization !== `Basic ${Buffer.from(this.credentials).toString("base64")}`
    ) {
      response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end("Unauthorized");
    } else this.#serve(request, response, path);
  }

  #serve(request: IncomingMessage, response: ServerResponse, path: string): void {
    const { pathname, searchParams } = new URL(path, "http://git");
    const backend = spawn("git", ["http-backend"], {
      env: {
        PATH: process.env.PATH,
        GIT_PROJECT_ROOT: this.#root,
        GIT_HTTP_EXPORT_ALL: "1",
        GIT_CONFIG_NOSYSTEM: "1",
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: searchParams.toString(),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        CONTENT_LENGTH: request.headers["content-length"] ?? "",
        REMOTE_USER: "tester",
        REMOTE_ADDR: "127.0.0.1",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
        GIT_COMMITTER_NAME: "Tester",
        GIT_COMMITTER_EMAIL: "tester@example.com",
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    request.pipe(backend.stdin);
    backend.stdin.on("error", () => {});
    response.on("close", () => backend.kill());
    void this.#relay(backend.stdout, response, request.method === "POST");
  }

  async #relay(output: AsyncIterable<Buffer>, response: ServerResponse, isPack: boolean): Promise<void> {
    let head: Buffer | undefined = Buffer.alloc(0);
    let sent = 0;
    try {
      for await (const piece of output) {
        let chunk = piece;
        if (head) {
          head = Buffer.concat([head, chunk]);
          const end = head.indexOf("\r\n\r\n");
          if (end < 0) continue;
          writeHead(response, head.toString("latin1", 0, end));
          chunk = head.subarray(end + 4);
          head = undefined;
        }
        const { mischief } = this;
        if (isPack && mischief.kind === "cut" && sent + chunk.length >= mischief.after) {
          chunk = chunk.subarray(0, mischief.after - sent);
          this.bytesSent += chunk.length;
          if (mischief.politely) response.end(chunk);
          else response.write(chunk, () => response.destroy());
          return;
        }
        sent += chunk.length;
        this.bytesSent += chunk.length;
        response.write(chunk);
      }
      response.end();
    } catch {
      response.destroy(); // the client went away
    }
  }
}

function writeHead(response: ServerResponse, text: string): void {
  let status = 200;
  for (const line of text.split("\r\n")) {
    const [name = "", ...rest] = line.split(": ");
    if (name.toLowerCase() === "status") status = Number.parseInt(rest.join(": "), 10);
    else if (name) response.setHeader(name, rest.join(": "));
  }
  response.writeHead(status);
}

/** Runs the git program in a folder and answers what it printed. */
export async function runGit(folder: string, ...args: readonly string[]): Promise<string> {
  return await runIn(folder, "git", args);
}

/** Commits all that is in the working tree. One process, as each is some 20 ms of copying the memory of this one. */
export async function runCommit(folder: string): Promise<void> {
  await runIn(folder, "sh", ["-c", "git add -A && git commit -q --allow-empty -m change"]);
}

async function runIn(folder: string, program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(program, args, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Tester",
      GIT_AUTHOR_EMAIL: "tester@example.com",
      GIT_COMMITTER_NAME: "Tester",
      GIT_COMMITTER_EMAIL: "tester@example.com",
    },
  });
  return stdout.trim();
}
