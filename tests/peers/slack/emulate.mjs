// Starts somebody else's Slack (npm emulate) on loopback, with a front that takes calls as Slack does.
//
//   node emulate.mjs FOLDER PORT EVENTS_URL
//
// Slack takes arguments in the query, in a form or as JSON; emulate takes them in the body of a
// POST alone. And emulate offers no way to subscribe to events, so we register while it starts.
import { readdirSync, readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, port, eventsUrl] = [process.argv[2], Number(process.argv[3]), process.argv[4]];
const dist = path.resolve(folder, "node_modules", "emulate", "dist");
const chunk = readdirSync(dist).find(
  (name) => /^dist-.*\.js$/.test(name) && /slackPlugin\b/.test(readFileSync(path.join(dist, name), "utf8")),
);
const { slackPlugin } = await import(pathToFileURL(path.join(dist, chunk)).href);
const { createEmulator } = await import(pathToFileURL(path.join(dist, "api.js")).href);

const register = slackPlugin.register;
slackPlugin.register = function (app, store, webhooks, ...others) {
  webhooks.register({ url: eventsUrl, events: ["*"], active: true, owner: "slack" });
  return register.call(this, app, store, webhooks, ...others);
};

const emulator = await createEmulator({
  service: "slack",
  port: port + 1,
  hostname: "127.0.0.1",
  baseUrl: `http://127.0.0.1:${port}`,
  seed: {
    slack: {
      team: { name: "Harbour", domain: "harbour" },
      users: [{ name: "ada", real_name: "Ada Quill", email: "ada@harbour.example" }],
      channels: [{ name: "joint-harbour" }],
      oauth_apps: [
        {
          client_id: "1.2", client_secret: "fictional", app_id: "A0LIAISON", name: "Liaison",
          bot_name: "liaison", bot_id: "B0LIAISON", bot_user_id: "U0LIAISON", redirect_uris: [],
          scopes: ["chat:write", "channels:history"],
        },
      ],
      tokens: [
        { token: "xoxb-fictional", type: "bot", user_id: "U0LIAISON", app_id: "A0LIAISON", bot_id: "B0LIAISON", bot_user_id: "U0LIAISON" },
        { token: "xoxp-fictional", type: "user", user: "ada" },
      ],
      signing_secret: "shh-fictional",
    },
  },
});

const HOP = ["host", "content-length", "connection", "accept-encoding", "transfer-encoding"];

async function translated(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const url = new URL(request.url, "http://127.0.0.1");
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP.includes(name)));
  let [body, method] = [Buffer.concat(chunks), request.method];
  const isForm = body.length === 0 || (headers["content-type"] ?? "").includes("urlencoded");
  if (url.pathname.startsWith("/api/") && isForm && (method === "GET" || url.search)) {
    const all = new URLSearchParams(body.toString());
    for (const [name, value] of url.searchParams) all.set(name, value);
    [body, method, url.search] = [Buffer.from(all.toString()), "POST", ""];
    headers["content-type"] = "application/x-www-form-urlencoded";
  }
  const carries = !["GET", "HEAD"].includes(method);
  return fetch(`http://127.0.0.1:${port + 1}${url.pathname}${url.search}`, {
    method, headers, body: carries ? body : undefined, redirect: "manual",
  });
}

http
  .createServer(async (request, response) => {
    const answer = await translated(request);
    const body = Buffer.from(await answer.arrayBuffer());
    const headers = Object.fromEntries(answer.headers);
    delete headers["content-encoding"];
    delete headers["transfer-encoding"];
    response.writeHead(answer.status, { ...headers, "content-length": body.length });
    response.end(body);
  })
  .listen(port, "127.0.0.1", () => console.log("ready", emulator.url));
