"""Agents as people write them: on the A2A SDK, served by uvicorn on a free port of loopback."""

import socket
import threading
import time

import uvicorn
from a2a.server.agent_execution import AgentExecutor
from a2a.server.apps import A2AStarletteApplication
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import AgentCapabilities, AgentCard, AgentSkill, Part, TextPart
from a2a.utils import new_agent_text_message, new_task


class Echo(AgentExecutor):
    """Answers with one message."""

    async def execute(self, context, event_queue):
        await event_queue.enqueue_event(new_agent_text_message(f"echo: {context.get_user_input()}"))

    async def cancel(self, context, event_queue):
        raise NotImplementedError


class Worker(AgentExecutor):
    """Answers with a task that goes through its states and ends with an artifact."""

    async def execute(self, context, event_queue):
        task = context.current_task or new_task(context.message)
        await event_queue.enqueue_event(task)
        updater = TaskUpdater(event_queue, task.id, task.context_id)
        await updater.start_work()
        done = f"done: {context.get_user_input()}"
        await updater.add_artifact([Part(root=TextPart(text=done))], name="result")
        await updater.complete()

    async def cancel(self, context, event_queue):
        raise NotImplementedError


class Serving:
    """An agent that is served while the block runs; gives its address."""

    def __init__(self, executor):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}/"
        card = AgentCard(
            name="Agent",
            description="Answers",
            url=self.url,
            version="1.0.0",
            default_input_modes=["text"],
            default_output_modes=["text"],
            capabilities=AgentCapabilities(streaming=True),
            skills=[AgentSkill(id="answer", name="Answer", description="Answers", tags=["test"])],
        )
        handler = DefaultRequestHandler(agent_executor=executor, task_store=InMemoryTaskStore())
        application = A2AStarletteApplication(agent_card=card, http_handler=handler)
        config = uvicorn.Config(application.build(), log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],), daemon=True)

    def __enter__(self):
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        return self.url

    def __exit__(self, *_):
        self.server.should_exit = True
        self.thread.join(10)
