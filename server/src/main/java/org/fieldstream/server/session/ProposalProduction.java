package org.fieldstream.server.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.fieldstream.kernels.machine.MachineException;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The making of one session's proposals: draws in the order of their index, dealt to the asks in
 * the order they came, so that the draws of many asks share a device batch. Asks and cancel come
 * from any thread; everything else happens on the device's thread.
 */
final class ProposalProduction implements DrawTaker, ProposalTicket {
  private static final Logger LOG = LoggerFactory.getLogger(ProposalProduction.class);

  private final ProposalPlan plan;
  private final ProposalSink sink;
  private final Runnable wake;
  private final Queue<ProposalAsk> arrived = new ConcurrentLinkedQueue<>();
  private final Deque<PendingAnswer> open = new ArrayDeque<>();
  private volatile boolean cancelled;
  private boolean ended;
  private MachineKind kind;

  /** Index of the next proposal to be drawn. */
  private long next;

  /** Index of the first proposal of the next ask. */
  private long asked;

  ProposalProduction(ProposalPlan plan, ProposalSink sink, Runnable wake) {
    this.plan = plan;
    this.sink = sink;
    this.wake = wake;
    kind = plan.draws().binding().machine();
    next = plan.first();
    asked = plan.first();
  }

  @Override
  public void ask(ProposalAsk ask) {
    arrived.add(ask);
    wake.run();
  }

  @Override
  public void cancel() {
    cancelled = true;
    wake.run();
  }

  @Override
  public MachineKind kind() {
    return kind;
  }

  @Override
  public boolean startOver(MachineKind other, ServiceException otherwise) {
    // An index that is not 0 may go on from a session on the first machine: nobody can tell.
    if (next > 0 && other != kind) {
      fail(otherwise);
    }
    kind = other;
    return !ended;
  }

  @Override
  public boolean settle() {
    if (cancelled && !ended) {
      end();
    }
    return ended;
  }

  @Override
  public void fail(ServiceException failure) {
    if (!ended) {
      end();
      if (!cancelled) {
        tell(() -> sink.failed(failure));
      }
    }
  }

  private void end() {
    ended = true;
    arrived.clear();
    open.forEach(PendingAnswer::drop);
    open.clear();
  }

  @Override
  public long wanted() {
    admit();
    return asked - next;
  }

  /** What was asked since the last look. */
  private void admit() {
    if (cancelled || ended) {
      end();
      asked = next;
      return;
    }
    ProposalAsk ask = arrived.poll();
    while (ask != null) {
      open.addLast(new PendingAnswer(plan, ask, asked));
      asked += ask.count();
      ask = arrived.poll();
    }
  }

  @Override
  public void fill(long[] seeds, long[] indices, int at, int lanes) {
    for (int k = 0; k < lanes; k++) {
      seeds[at + k] = plan.draws().seed();
      indices[at + k] = next + k;
    }
  }

  @Override
  public void take(DrawBatch batch, int at, int lanes) {
    int lane = at;
    for (PendingAnswer answer : open) {
      while (lane < at + lanes && answer.room() > 0) {
        answer.add(batch, lane++);
        next++;
      }
    }
    answer();
  }

  @Override
  public boolean hasState() {
    admit();
    return open.stream().anyMatch(answer -> answer.unevaluated() != null);
  }

  @Override
  public void evaluate(Supplier<DensitySource> density) {
    for (PendingAnswer answer : open) {
      ClientState state = answer.unevaluated();
      if (state != null) {
        try {
          answer.evaluated(state.evaluate(plan, density));
        } catch (ServiceException e) {
          fail(e);
        } catch (MachineException e) {
          throw e;
        } catch (RuntimeException e) {
          // Whatever is in a client's field, the streams beside it go on.
          LOG.error("The density of model {} failed", plan.draws().model().id(), e);
          fail(
              ServiceException.of(
                  ErrorCode.DEVICE_FAILED,
                  "the density of model "
                      + plan.draws().model().id()
                      + " failed; the server's log has the cause",
                  e));
        }
        break;
      }
    }
    answer();
  }

  /** Sends the answers that are complete, in order. */
  private void answer() {
    PendingAnswer first = open.peekFirst();
    while (first != null && first.isComplete() && !cancelled) {
      ProposalBatch batch = open.removeFirst().take();
      tell(() -> sink.answer(batch));
      first = open.peekFirst();
    }
  }

  /** A sink that fails ends its own session, and nobody else's. */
  private void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      LOG.error("Proposals of model {} are lost: their sink failed", plan.draws().model().id(), e);
      if (!cancelled) {
        cancelled = true;
        tell(
            () ->
                sink.failed(
                    ServiceException.of(
                        ErrorCode.INTERNAL, "the server failed; its log has the cause", e)));
      }
    }
  }
}
