package org.fieldstream.server.session;

import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;

/**
 * The making of one stream. Requests, finish and cancel come from any thread; everything else
 * happens on the device's thread.
 */
abstract sealed class Production implements StreamTicket permits DrawProduction, ChainProduction {
  private final StreamPlan plan;
  private final BatchSink sink;
  private final StreamMeters meters;
  private final Runnable wake;
  private final BatchAssembler assembler;
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

  /** Index of the next configuration to be made. */
  final long next() {
    return next;
  }

  /** The stream's source is open: from here on its configurations are metered. */
  final void opened(int chains) {
    meter = meters.open(plan, chains);
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

  /** Says how the stream ended, once, if it has; the stream then leaves the device. */
  final boolean settle() {
    if (ended) {
      return true;
    }
    if (cancelled) {
      end();
    } else if (next >= plan.end()) {
      end();
      sink.completed();
    } else if (finishing && allowance() == 0) {
      end();
      sink.stopped();
    }
    return ended;
  }

  /** Ends the stream with a failure. */
  public final void fail(ServiceException failure) {
    if (!ended) {
      end();
      if (!cancelled) {
        sink.failed(failure);
      }
    }
  }

  final void fail(String sentence) {
    fail(ServiceException.of(ErrorCode.DEVICE_FAILED, sentence));
  }

  /** Hands out the next configuration. */
  final void deliver(Sample sample, boolean accepted, double proposedLogWeight) {
    meter.configuration(accepted, proposedLogWeight, sample.observables());
    credit.decrementAndGet();
    boolean full = assembler.add(next, sample, accepted);
    next++;
    if (full) {
      sink.batch(assembler.take(new ResumeToken(plan.binding(), next, acceptedDraw()).encode()));
    }
  }

  /** Index of the draw the chain stands at, for the resume token; 0 where there is none. */
  abstract long acceptedDraw();

  /** Frees what the stream holds on the device. */
  abstract void release();

  private void end() {
    ended = true;
    release();
    meter.close();
  }
}
