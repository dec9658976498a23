// A bot on Microsoft's botbuilder that answers each kind of turn as Calltab does, with the card that Calltab has shown
// (a file that the bench writes), after the same reads of Graph with plain fetch. It keeps nothing and decides nothing,
// so what it costs is the floor of the SDK. Tokens are checked both ways. It ends with its standard input.
const fs = require('node:fs');
const http = require('node:http');
const { CloudAdapter, ConfigurationBotFrameworkAuthentication, CardFactory } = require('botbuilder');
const { ServiceClientCredentialsFactory } = require('botframework-connector');

const env = process.env;
const kinds = JSON.parse(fs.readFileSync(env.BESIDE_KINDS, 'utf8'));

const kept = new Map();

// token is one of the client credentials flow, kept until a minute before its end.
async function token(scope) {
  const known = kept.get(scope);
  if (known && known.until > Date.now()) return known.token;
  const answer = await fetch(`${env.CALLTAB_LOGIN_AUTHORITY}${env.CALLTAB_APP_TENANT}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: env.CALLTAB_APP_ID, client_secret: env.CALLTAB_APP_SECRET, grant_type: 'client_credentials', scope,
    }),
  });
  if (!answer.ok) throw new Error(`token: ${answer.status} ${await answer.text()}`);
  const got = await answer.json();
  kept.set(scope, { token: got.access_token, until: Date.now() + (got.expires_in - 60) * 1000 });
  return got.access_token;
}

async function read(path) {
  const answer = await fetch(env.CALLTAB_GRAPH_URL + path, {
    headers: { authorization: `Bearer ${await token(env.CALLTAB_GRAPH_SCOPE)}`, accept: 'application/json' },
  });
  if (!answer.ok) throw new Error(`Graph: ${answer.status}`);
  return answer.json();
}

const fields = 'id,userPrincipalName,mail,displayName,givenName,surname,city,officeLocation,mobilePhone,' +
  'businessPhones,usageLocation,accountEnabled,userType,assignedPlans,assignedLicenses';

// person makes the two reads: who it is, and what the telephone service knows of them.
async function person(upn) {
  const who = await read(`/users/${encodeURIComponent(upn)}?$select=${fields}`);
  const voice = await read(`/admin/teams/userConfigurations/${who.id}`);
  if (voice.id !== who.id) throw new Error('another person');
}

class Credentials extends ServiceClientCredentialsFactory {
  async isValidAppId(id) { return id === env.CALLTAB_APP_ID; }
  async isAuthenticationDisabled() { return false; }
  async createCredentials() {
    return {
      async signRequest(request) {
        request.headers.set('authorization', `Bearer ${await token(env.CALLTAB_CONNECTOR_SCOPE)}`);
        return request;
      },
    };
  }
}

const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({
  MicrosoftAppId: env.CALLTAB_APP_ID,
  ValidateAuthority: true,
  ToChannelFromBotLoginUrl: env.CALLTAB_LOGIN_AUTHORITY + env.CALLTAB_APP_TENANT,
  ToChannelFromBotOAuthScope: env.CALLTAB_CONNECTOR_SCOPE,
  ToBotFromChannelTokenIssuer: env.CALLTAB_TOKEN_ISSUER,
  OAuthUrl: 'https://token.botframework.com/',
  ToBotFromChannelOpenIdMetadataUrl: env.CALLTAB_OPENID_METADATA_URL,
  ToBotFromEmulatorOpenIdMetadataUrl: env.CALLTAB_OPENID_METADATA_URL,
  CallerId: '',
}, new Credentials()));

adapter.onTurnError = async (_, err) => { throw err; };

async function answer(context) {
  const { activity } = context;
  if (activity.type === 'message') {
    const kind = kinds.find((k) => activity.text === k.text || k.upns?.[activity.text]);
    if (kind.reads) await person(kind.upns[activity.text]);
    await context.sendActivity({ type: 'message', attachments: [CardFactory.adaptiveCard(kind.card)] });
    return;
  }
  if (activity.name === 'application/search') {
    const { value } = kinds.find((k) => k.verb === 'application/search');
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body: value } });
    return;
  }
  const { verb } = activity.value.action;
  const kind = kinds.find((k) => k.verb === verb && k.trigger === activity.value.trigger);
  const card = { type: 'message', id: activity.replyToId, attachments: [CardFactory.adaptiveCard(kind.card)] };
  if (kind.edits) await context.updateActivity(card);
  const body = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: kind.card };
  await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } });
}

const server = http.createServer((req, res) => {
  const parts = [];
  req.on('data', (part) => parts.push(part));
  req.on('end', async () => {
    req.body = JSON.parse(Buffer.concat(parts).toString());
    const out = {
      socket: res.socket,
      header: (name, value) => res.setHeader(name, value),
      status: (code) => { res.statusCode = code; },
      send: (body) => { res.sent = body; },
      end: () => {
        if (res.sent === undefined) return res.end();
        res.setHeader('content-type', 'application/json; charset=utf-8');
        return res.end(typeof res.sent === 'string' ? res.sent : JSON.stringify(res.sent));
      },
    };
    try {
      await adapter.process(req, out, answer);
    } catch (err) {
      console.error(err);
      if (!res.headersSent) { res.statusCode = 500; res.end(); }
    }
  });
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ listen: `127.0.0.1:${server.address().port}` })));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
