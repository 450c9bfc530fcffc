"""Agents and clients on the A2A SDK, as they are in the field (contract 02 sections 1.5, 3 and 15.1)."""

import asyncio
import json
import unittest
import uuid

import httpx
import requests
from a2a.client import A2AClient
from a2a.types import Message, MessageSendParams, Part, Role, SendMessageRequest, TextPart

from platform_under_test import Outside, ask, message
from sdk_agent import Echo, Serving, Worker


def say(outside, text):
    """The person says something to an agent; the answer."""
    return ask("POST", f"/workspaces/{outside.id}/a2a", {"method": "message/send", "params": message(text)})


class AgentOnTheSdk(unittest.TestCase):
    """The platform carries messages to agents that the SDK serves."""

    def test_a_message_result_comes_back_and_stands_in_the_chat(self):
        agent = Outside("Echo")
        with Serving(Echo()) as url:
            agent.place(url)
            answer = say(agent, "hello")
        self.assertEqual(answer["result"]["kind"], "message")
        self.assertEqual(answer["result"]["parts"][0]["text"], "echo: hello")
        chat = ask("GET", f"/workspaces/{agent.id}/chat-history")["messages"]
        self.assertEqual([one["content"] for one in chat], ["hello", "echo: hello"])

    def test_a_task_result_comes_back_and_its_artifact_stands_in_the_chat(self):
        agent = Outside("Worker")
        with Serving(Worker()) as url:
            agent.place(url)
            answer = say(agent, "count")
        self.assertEqual(answer["result"]["kind"], "task")
        self.assertEqual(answer["result"]["status"]["state"], "completed")
        chat = ask("GET", f"/workspaces/{agent.id}/chat-history")["messages"]
        self.assertEqual(chat[-1]["content"], "done: count")

    def test_a_stream_is_relayed_event_by_event(self):
        agent = Outside("Streaming")
        with Serving(Worker()) as url:
            agent.place(url)
            body = {"jsonrpc": "2.0", "id": "s-1", "method": "message/stream", "params": message("count")}
            headers = agent.headers() | {"Accept": "text/event-stream"}
            answer = requests.post(agent.at("a2a"), json=body, headers=headers, stream=True, timeout=30)
            self.assertEqual(answer.headers["content-type"].split(";")[0], "text/event-stream")
            lines = [line for line in answer.iter_lines(decode_unicode=True) if line.startswith("data:")]
        events = [json.loads(line[5:])["result"] for line in lines]
        self.assertEqual(events[0]["kind"], "task")
        self.assertEqual(events[-1]["status"]["state"], "completed")
        self.assertTrue(any(event["kind"] == "artifact-update" for event in events))

    def test_its_own_error_for_an_unknown_method_passes_through(self):
        agent = Outside("Picky")
        with Serving(Echo()) as url:
            agent.place(url)
            answer = ask(
                "POST", f"/workspaces/{agent.id}/a2a", {"jsonrpc": "2.0", "id": 1, "method": "no/such", "params": {}}
            )
        self.assertEqual(answer["error"]["code"], -32601)

    def test_its_card_is_what_the_platform_keeps_when_it_registers_itself(self):
        agent = Outside("Carded")
        with Serving(Echo()) as url:
            card = requests.get(url + ".well-known/agent-card.json", timeout=10).json()
        body = {"id": agent.id, "url": "http://93.184.215.14:8000/", "agent_card": card}
        ask("POST", "/registry/register", body)
        self.assertEqual(ask("GET", f"/workspaces/{agent.id}")["agent_card"], card)


class ClientOnTheSdk(unittest.TestCase):
    """A peer that uses the SDK's client reaches an agent through the proxy address that discovery may give."""

    def test_the_sdks_client_sends_through_the_proxy_with_bearer_and_id(self):
        peer, agent = Outside("Peer"), Outside("Answering")

        async def send():
            async with httpx.AsyncClient(headers=peer.headers(), timeout=30) as http:
                client = A2AClient(httpx_client=http, url=agent.at("a2a"))
                part = Part(root=TextPart(text="from the SDK"))
                said = Message(role=Role.user, parts=[part], message_id=str(uuid.uuid4()))
                request = SendMessageRequest(id="c-1", params=MessageSendParams(message=said))
                return await client.send_message(request)

        with Serving(Echo()) as url:
            agent.place(url)
            answer = asyncio.run(send()).root
        self.assertEqual(answer.id, "c-1")
        self.assertEqual(answer.result.parts[0].root.text, "echo: from the SDK")
        rows = ask("GET", f"/workspaces/{agent.id}/activity?type=a2a_receive")
        self.assertEqual(rows[0]["source_id"], peer.id)


if __name__ == "__main__":
    unittest.main()
