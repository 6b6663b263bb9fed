package org.fieldstream.server.grpc;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.fieldstream.server.session.BatchSink;
import org.fieldstream.server.session.StreamTicket;

/** A device that has its batches ready and hands them out as they are requested. */
final class ReadyMadeTicket implements StreamTicket, Runnable {
  private final BatchSink sink;
  private final ReadyMade ready;
  private final long end;
  private final AtomicLong credit = new AtomicLong();
  private final Thread thread = new Thread(this, "bench-device");
  private volatile boolean over;

  private ReadyMadeTicket(BatchSink sink, ReadyMade ready, long end) {
    this.sink = sink;
    this.ready = ready;
    this.end = end;
    thread.setDaemon(true);
  }

  /** The work of a stream of so many configurations, on a thread of its own. */
  static ReadyMadeTicket start(BatchSink sink, ReadyMade ready, long end) {
    ReadyMadeTicket ticket = new ReadyMadeTicket(sink, ready, end);
    ticket.thread.start();
    return ticket;
  }

  @Override
  public void request(long configurations) {
    credit.addAndGet(configurations);
    LockSupport.unpark(thread);
  }

  @Override
  public void finish() {
    cancel();
  }

  @Override
  public void cancel() {
    over = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    long next = 0;
    while (!over && next < end) {
      if (credit.get() >= ready.count()) {
        credit.addAndGet(-ready.count());
        sink.batch(ready.batch(next));
        next += ready.count();
      } else {
        LockSupport.park(this);
      }
    }
    if (!over) {
      sink.completed();
    }
  }
}
