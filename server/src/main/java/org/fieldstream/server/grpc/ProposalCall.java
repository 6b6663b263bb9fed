package org.fieldstream.server.grpc;

import io.vertx.core.Future;
import io.vertx.core.streams.ReadStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.fieldstream.monitoring.meters.ProposalStatistics;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.grpc.ProposalMessages.Tally;
import org.fieldstream.server.session.Judge;
import org.fieldstream.server.session.ProposalAsk;
import org.fieldstream.server.session.ProposalBatch;
import org.fieldstream.server.session.ProposalPlan;
import org.fieldstream.server.session.ProposalRequest;
import org.fieldstream.server.session.ProposalSink;
import org.fieldstream.server.session.ProposalTicket;
import org.fieldstream.v1.ProposalSession;
import org.fieldstream.v1.ProposalVerdict;
import org.fieldstream.v1.ProposeRequest;
import org.jspecify.annotations.Nullable;

/**
 * One session of proposals. Asks wait here until there is room for their answers; while enough of
 * them wait nothing is read from the client.
 */
final class ProposalCall extends PacedCall
    implements ProposalSink, Methods.Inbound<ProposeRequest> {
  /** Asks that wait before the client is read no further. */
  private static final int MOST_WAITING = 16;

  /** Bytes of states that wait before the client is read no further. */
  private static final long MOST_WAITING_BYTES = 1 << 20;

  /**
   * How a session is set up.
   *
   * @param planner checks what it asks for, off the event loop
   * @param worker starts its work
   * @param statistics opens its meters
   */
  record Setup(
      Function<ProposalRequest, Future<ProposalPlan>> planner,
      BiFunction<ProposalPlan, ProposalSink, ProposalTicket> worker,
      Function<ProposalPlan, ProposalStatistics> statistics) {}

  private final ReadStream<?> requests;
  private final Setup setup;

  /** Read before the plan was there. */
  private final Queue<ProposeRequest> early = new ArrayDeque<>();

  private final Queue<ProposalAsk> asks = new ArrayDeque<>();
  private long waitingBytes;

  /** Charges of the asks that are being answered, in order. */
  private final Queue<Long> charges = new ConcurrentLinkedQueue<>();

  /** Written by one thread: the event loop where the client judges, else the device's. */
  private volatile Tally tally = Tally.NONE;

  private Verdicts verdicts = new Verdicts(0);
  private @Nullable ProposalPlan plan;
  private @Nullable ProposalTicket ticket;
  private @Nullable ProposalStatistics statistics;
  private boolean opened;
  private boolean halfClosed;

  ProposalCall(
      Call<EncodedBatch> call,
      Subscriptions all,
      SubscriptionMeters meter,
      ReadStream<?> requests,
      Setup setup) {
    super(call, all, meter);
    this.requests = requests;
    this.setup = setup;
  }

  @Override
  public void message(ProposeRequest request) {
    try {
      if (!opened) {
        open(request);
      } else if (plan == null) {
        early.add(request);
      } else {
        step(plan, request);
      }
    } catch (ServiceException e) {
      interrupt(e);
    }
    pump();
  }

  @Override
  public void ended() {
    halfClosed = true;
    if (!opened) {
      fail(bad("session", "none", "in the first request"));
    }
    pump();
  }

  private void open(ProposeRequest request) {
    if (!request.hasSession()) {
      throw bad("session", "none", "in the first request");
    }
    enter();
    opened = true;
    // What the client sends meanwhile waits in the network.
    requests.pause();
    setup
        .planner()
        .apply(sessionOf(request.getSession()))
        .map(
            planned -> {
              start(planned);
              return planned;
            })
        .onFailure(this::refuse);
  }

  private static ProposalRequest sessionOf(ProposalSession session) {
    try {
      return ProposalMessages.session(session);
    } catch (ServiceException e) {
      throw inSession(e);
    }
  }

  private void refuse(Throwable failure) {
    fail(failure instanceof ServiceException service ? inSession(service) : failure);
  }

  /** The planner knows a session's fields by their own names. */
  private static ServiceException inSession(ServiceException e) {
    String field = e.field();
    return field == null ? e : ServiceException.field(e.code(), "session." + field, e.sentence());
  }

  private void start(ProposalPlan planned) {
    if (call().isOver()) {
      return;
    }
    try {
      plan = planned;
      verdicts = new Verdicts(planned.first());
      statistics = setup.statistics().apply(planned);
      ticket = setup.worker().apply(planned, this);
      while (!early.isEmpty()) {
        step(planned, early.remove());
      }
    } catch (ServiceException e) {
      interrupt(e);
    }
    requests.resume();
    pump();
  }

  private void step(ProposalPlan current, ProposeRequest request) {
    switch (request.getStepCase()) {
      case SESSION -> throw bad("session", "a second one", "one, in the first request");
      case ASK -> {
        ProposalAsk ask = ProposalMessages.ask(current, request.getAsk());
        asks.add(ask);
        waitingBytes += current.charge(ask) - current.draws().messageBytes(ask.count());
      }
      case VERDICT -> judge(current, request.getVerdict());
      case STEP_NOT_SET -> throw bad("step", "none", "session, ask or verdict");
    }
  }

  private void judge(ProposalPlan current, ProposalVerdict verdict) {
    if (current.judge() == Judge.SERVER) {
      throw bad("verdict", "the client's", "none, the session's judge is JUDGE_SERVER");
    }
    int judged = verdict.getAcceptedCount();
    int accepted = verdicts.judge(verdict.getFirstIndex(), verdict.getAcceptedList());
    count(judged, accepted);
  }

  private Tally count(long judged, long accepted) {
    if (statistics != null) {
      statistics.verdicts(judged, accepted);
    }
    Tally sofar = tally.plus(judged, accepted);
    tally = sofar;
    return sofar;
  }

  @Override
  void replenish() {
    ProposalPlan current = plan;
    if (current == null || ticket == null) {
      if (isDraining() && opened) {
        endWith(this::endDrained);
      }
      return;
    }
    boolean some = false;
    boolean room = hasRoom();
    while (room && !asks.isEmpty() && !isDraining()) {
      ProposalAsk ask = asks.element();
      long charge = current.charge(ask);
      room = reserve(charge);
      if (room) {
        asks.remove();
        waitingBytes -= charge - current.draws().messageBytes(ask.count());
        charges.add(charge);
        ticket.ask(ask);
        some = true;
      }
    }
    reserved(some, room || asks.isEmpty());
    if (isDraining() && isIdle()) {
      endWith(this::endDrained);
    } else if (halfClosed && asks.isEmpty() && isIdle()) {
      endWith(call()::end);
    } else if (asks.size() < MOST_WAITING && waitingBytes < MOST_WAITING_BYTES) {
      requests.resume();
    } else {
      requests.pause();
    }
  }

  private void endDrained() {
    call()
        .fail(
            ServiceException.retryable(
                ErrorCode.DRAINING,
                "the server is shutting down; open a session elsewhere, its first_index one past"
                    + " the last proposal received",
                Duration.ofSeconds(1)));
  }

  @Override
  public void answer(ProposalBatch batch) {
    ProposalPlan current = plan;
    Long charge = charges.poll();
    if (current == null || charge == null) {
      throw new IllegalStateException("answer: of an ask that nobody made");
    }
    ProposalStatistics meter = statistics;
    for (int i = 0; meter != null && i < batch.count(); i++) {
      meter.proposal(-batch.action()[i] - batch.logDensity()[i]);
    }
    int accepted = 0;
    for (boolean decision : batch.accepted()) {
      accepted += decision ? 1 : 0;
    }
    Tally sofar = current.judge() == Judge.SERVER ? count(batch.count(), accepted) : tally;
    // First: a verdict may be back as soon as the answer is out.
    handOver(() -> verdicts.sent(batch.firstIndex() + batch.count()));
    made(ProposalMessages.answer(current, batch, charge, sofar));
  }

  @Override
  public void failed(ServiceException failure) {
    handOver(() -> endWith(() -> call().fail(failure)));
  }

  @Override
  void cancelWork() {
    if (ticket != null) {
      ticket.cancel();
    }
    asks.clear();
    early.clear();
  }

  @Override
  void drainWork() {
    pump();
  }

  private static ServiceException bad(String field, String found, String expected) {
    return ServiceException.field(
        ErrorCode.BAD_FIELD, field, field + ": " + found + " (expected: " + expected + ")");
  }
}
