package org.fieldstream.server.session;

import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The making of one stream. Requests, finish and cancel come from any thread; everything else
 * happens on the device's thread.
 */
abstract sealed class Production implements StreamTicket permits DrawProduction, ChainProduction {
  private static final Logger LOG = LoggerFactory.getLogger(Production.class);

  private final StreamPlan plan;
  private final BatchSink sink;
  private final StreamMeters meters;
  private final Runnable wake;
  private final BatchAssembler assembler;
  private StreamBinding binding;
  private final AtomicLong credit = new AtomicLong();
  private volatile boolean finishing;
  private volatile boolean cancelled;
  private StreamMeter meter = StreamMeter.NONE;
  private boolean ended;
  private long next;

  Production(StreamPlan plan, BatchSink sink, StreamMeters meters, Runnable wake) {
    this.plan = plan;
    this.sink = sink;
    this.meters = meters;
    this.wake = wake;
    this.assembler = new BatchAssembler(plan);
    this.binding = plan.binding();
    this.next = plan.first();
  }

  @Override
  public final void request(long configurations) {
    if (configurations < 1) {
      throw new IllegalArgumentException("configurations: " + configurations + " (expected: >= 1)");
    }
    credit.addAndGet(configurations);
    wake.run();
  }

  @Override
  public final void finish() {
    finishing = true;
    wake.run();
  }

  @Override
  public final void cancel() {
    cancelled = true;
    wake.run();
  }

  final StreamPlan plan() {
    return plan;
  }

  /** The kind of machine it is made on. */
  public final MachineKind kind() {
    return binding.machine();
  }

  /** Index of the next configuration to be made. */
  final long next() {
    return next;
  }

  /** The stream's source is open: from here on its configurations are metered. */
  final void opened(int chains) {
    meter.close();
    meter = meters.open(plan, chains);
  }

  /**
   * Starts the stream over on another machine. One of which a configuration was made already ends,
   * as does one that goes on from a token of another kind of machine.
   *
   * @param otherwise what it is told then
   * @return whether the stream goes on
   */
  public final boolean startOver(MachineKind kind, ServiceException otherwise) {
    boolean begun = next > plan.first();
    boolean bound = plan.first() > 0 && binding.machine() != kind;
    if (begun || bound) {
      fail(otherwise);
    } else if (!ended) {
      binding = binding.on(kind);
      restart();
    }
    return !ended;
  }

  /** Configurations that may be made now. */
  final long allowance() {
    if (cancelled || ended) {
      return 0;
    }
    long left = plan.end() - next;
    if (finishing) {
      return assembler.isEmpty() ? 0 : Math.min(assembler.room(), left);
    }
    return Math.min(credit.get(), left);
  }

  /** The same, and no more than the first message holds until that one is out. */
  final long firstThings() {
    long allowance = allowance();
    return next == plan.first() ? Math.min(allowance, plan.messageSize(next)) : allowance;
  }

  /** Says how the stream ended, once, if it has; the stream then leaves the device. */
  public final boolean settle() {
    if (ended) {
      return true;
    }
    if (cancelled) {
      end();
    } else if (next >= plan.end()) {
      end();
      tell(sink::completed);
    } else if (finishing && allowance() == 0) {
      end();
      tell(sink::stopped);
    }
    return ended;
  }

  /** Ends the stream with a failure. */
  public final void fail(ServiceException failure) {
    if (!ended) {
      end();
      if (!cancelled) {
        tell(() -> sink.failed(failure));
      }
    }
  }

  final void fail(String sentence) {
    fail(ServiceException.of(ErrorCode.DEVICE_FAILED, sentence));
  }

  /** Hands out the next configuration. */
  final void deliver(Sample sample, boolean accepted, double proposedLogWeight) {
    meter.field(next, sample.fields(), sample.levels(), sample.offset());
    meter.configuration(accepted, proposedLogWeight, sample.observables());
    credit.decrementAndGet();
    boolean full = assembler.add(next, sample, accepted);
    next++;
    if (full) {
      StreamBatch batch =
          assembler.take(new ResumeToken(binding, next, acceptedDraw()).encode(), meter.alarms());
      tell(() -> sink.batch(batch));
    }
  }

  /** A sink that fails ends its own stream, and nobody else's. */
  private void tell(Runnable news) {
    try {
      news.run();
    } catch (RuntimeException e) {
      LOG.error("A stream of model {} is lost: its sink failed", plan.model().id(), e);
      if (!cancelled) {
        cancelled = true;
        // Else whoever is behind the sink would wait for what never comes.
        tell(
            () ->
                sink.failed(
                    ServiceException.of(
                        ErrorCode.INTERNAL, "the server failed; its log has the cause", e)));
      }
    }
  }

  /** Index of the draw the chain stands at, for the resume token; 0 where there is none. */
  abstract long acceptedDraw();

  /** Forgets what was computed; no configuration has been made of it. */
  abstract void restart();

  /** Frees what the stream holds on the device. */
  abstract void release();

  private void end() {
    ended = true;
    assembler.drop();
    release();
    try {
      meter.close();
    } catch (RuntimeException e) {
      LOG.error("The meter of a stream of model {} did not close", plan.model().id(), e);
    }
  }
}
