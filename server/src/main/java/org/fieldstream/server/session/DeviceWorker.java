package org.fieldstream.server.session;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.monitoring.meters.DeviceMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a device. It gives turns, one device batch each, to the pools of streams and
 * the chains that have work, and sleeps when none has. A failure ends the streams of the pool it
 * happened in, never the thread.
 */
public final class DeviceWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

  /** Sources kept open for the next subscriber after the last one left. */
  private static final int IDLE_SOURCES = 4;

  private final Machine machine;
  private final DeviceMeters meter;
  private final Thread thread;
  private final Queue<Production> inbox = new ConcurrentLinkedQueue<>();
  private final Map<DrawPool.Key, DrawPool> pools = new HashMap<>();
  private final LinkedHashMap<DrawPool.Key, DrawPool> idle = new LinkedHashMap<>();
  private final Deque<WorkPlace> ring = new ArrayDeque<>();
  private volatile boolean closed;

  /** Starts the thread of a machine; the machine is closed with the worker. */
  public DeviceWorker(Machine machine, DeviceMeters meter) {
    this.machine = machine;
    this.meter = meter;
    this.thread = new Thread(this::run, "device-" + machine.kind());
    thread.setDaemon(true);
    thread.start();
  }

  /** The machine that works. */
  public Machine machine() {
    return machine;
  }

  /** Whether the thread runs. */
  public boolean isAlive() {
    return thread.isAlive() && !closed;
  }

  /**
   * Takes on a stream; nothing is computed before {@link StreamTicket#request}. Never blocks.
   *
   * @param sink receives the stream's batches on the device's thread
   * @throws ServiceException if the worker is closed
   */
  public StreamTicket submit(StreamPlan plan, BatchSink sink, StreamMeters meters) {
    if (!isAlive()) {
      throw ServiceException.of(ErrorCode.DRAINING, "the server is shutting down");
    }
    Production production =
        plan.model() instanceof Model.Chains
            ? new ChainProduction(plan, sink, meters, this::wake, machine)
            : new DrawProduction(plan, sink, meters, this::wake);
    inbox.add(production);
    wake();
    return production;
  }

  /** Ends all streams and the thread, and waits for it. */
  @Override
  public void close() {
    closed = true;
    wake();
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // The machine must not be left behind half closed.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (!closed) {
        admit();
        if (!round()) {
          LockSupport.park(this);
        }
      }
    } finally {
      admit();
      ServiceException end = ServiceException.of(ErrorCode.DRAINING, "the server is shutting down");
      ring.forEach(place -> place.fail(end));
      idle.values().forEach(DrawPool::close);
      machine.close();
    }
  }

  private void admit() {
    Production production;
    while ((production = inbox.poll()) != null) {
      if (production instanceof DrawProduction draws) {
        pool(draws.plan()).add(draws);
      } else if (production instanceof ChainProduction chains) {
        ring.addLast(chains);
      }
    }
  }

  private DrawPool pool(StreamPlan plan) {
    DrawPool.Key key = new DrawPool.Key(plan.model().id(), plan.model().digest(), plan.target());
    DrawPool pool = pools.get(key);
    if (pool == null) {
      pool = idle.remove(key);
      if (pool == null) {
        pool = new DrawPool(key, (Model.Draws) plan.model(), machine);
      }
      pools.put(key, pool);
      ring.addLast(pool);
    }
    return pool;
  }

  /** One turn for everybody who has work. */
  private boolean round() {
    boolean worked = false;
    for (int turns = ring.size(); turns > 0; turns--) {
      WorkPlace place = ring.removeFirst();
      place.sweep();
      if (place.hasWork()) {
        worked = true;
        long start = System.nanoTime();
        turn(place);
        place.sweep();
        meter.busy(System.nanoTime() - start);
        admit();
      }
      if (place.isEmpty()) {
        retire(place);
      } else {
        ring.addLast(place);
      }
    }
    return worked;
  }

  private void turn(WorkPlace place) {
    try {
      place.work();
    } catch (ServiceException e) {
      place.fail(e);
    } catch (BadTargetException e) {
      // Some targets show only at work that they cannot be sampled: a chain that never thermalises.
      place.fail(
          ServiceException.field(
              ErrorCode.BAD_FIELD, "target." + e.field(), String.valueOf(e.getMessage())));
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      LOG.error("Work on {} failed", machine.describe(), e);
      place.fail(
          ServiceException.of(
              ErrorCode.DEVICE_FAILED,
              "the generator failed on this machine; the server's log has the cause",
              e));
    }
  }

  private void retire(WorkPlace place) {
    if (place instanceof DrawPool pool) {
      pools.remove(pool.key());
      idle.put(pool.key(), pool);
      if (idle.size() > IDLE_SOURCES) {
        DrawPool.Key eldest = idle.keySet().iterator().next();
        DrawPool gone = idle.remove(eldest);
        if (gone != null) {
          gone.close();
        }
      }
    }
  }
}
