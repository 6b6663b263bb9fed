package org.fieldstream.server.session;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.kernels.machine.MachineException;
import org.fieldstream.kernels.machine.MachineKind;
import org.fieldstream.kernels.machine.MachineLineup;
import org.fieldstream.monitoring.meters.DeviceMeters;
import org.fieldstream.server.error.ErrorCode;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.theory.BadTargetException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that computes. It gives turns, one device batch each, to the pools of streams and
 * the chains that have work, and sleeps when none has. A failure ends the streams of the pool it
 * happened in, never the thread. A machine that fails a model is followed by the next of the lineup
 * for that model: streams of which nothing was sent yet start over there, the others end.
 */
public final class DeviceWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceWorker.class);

  /** Rounds of streams after which background work gets a slice though streams are busy. */
  private static final int PATIENCE = 64;

  /** Sources kept open for the next subscriber after the last one left. */
  private static final int IDLE_SOURCES = 4;

  private final MachineLineup machines;
  private final Placement placement;
  private final ChainBudget budget;
  private final Function<MachineKind, DeviceMeters> meters;
  private final Map<MachineKind, DeviceMeters> busy = new EnumMap<>(MachineKind.class);
  private final Thread thread;
  private final Map<ModelAt, DrawPool> pools = new HashMap<>();
  private final LinkedHashMap<ModelAt, DrawPool> idle = new LinkedHashMap<>();
  private final Deque<WorkPlace> ring = new ArrayDeque<>();
  private volatile boolean closed;

  private final DeviceInbox inbox = new DeviceInbox();

  /** Whether somebody has work since the thread last began to look for some. */
  private final AtomicBoolean signalled = new AtomicBoolean();

  /** Rounds since the last slice of it. */
  private int busyRounds;

  /**
   * Starts the thread.
   *
   * @param machines what computes; closed with the worker
   * @param placement which of them serves which model
   * @param budget memory of the chains of all streams
   * @param meters the meters of a kind of machine
   */
  public DeviceWorker(
      MachineLineup machines,
      Placement placement,
      ChainBudget budget,
      Function<MachineKind, DeviceMeters> meters) {
    this.machines = machines;
    this.placement = placement;
    this.budget = budget;
    this.meters = meters;
    // Shown from the start, at zero; the others when they are needed.
    busy(machines.first().kind());
    this.thread = new Thread(this::run, "device-" + machines.first().kind());
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether the thread runs. */
  public boolean isAlive() {
    return thread.isAlive() && !closed;
  }

  /**
   * Takes on a stream; nothing is computed before {@link StreamTicket#request}. Does not wait.
   *
   * @param sink receives the stream's batches on the device's thread
   * @param streamMeters watches the stream
   * @throws ServiceException if the worker is closed, or the memory for chains is used up
   */
  public StreamTicket submit(StreamPlan plan, BatchSink sink, StreamMeters streamMeters) {
    Production production =
        plan.model() instanceof Model.Chains
            ? new ChainProduction(
                plan,
                sink,
                streamMeters,
                this::wake,
                budget,
                placement.of(ModelAt.of(plan.model(), plan.target())))
            : new DrawProduction(plan, sink, streamMeters, this::wake, budget);
    if (!take(() -> admit(production))) {
      production.cancel();
      production.settle();
      throw DeviceInbox.closing();
    }
    return production;
  }

  /**
   * Takes on a session of proposals; nothing is computed before {@link ProposalTicket#ask}. Does
   * not wait.
   *
   * @param sink receives the answers on the device's thread
   * @throws ServiceException if the worker is closed
   */
  public ProposalTicket submit(ProposalPlan plan, ProposalSink sink) {
    ProposalProduction proposals = new ProposalProduction(plan, sink, this::wake);
    if (!take(() -> pool(plan.draws()).add(proposals))) {
      throw DeviceInbox.closing();
    }
    return proposals;
  }

  /** Whether there is still a thread to see it: whoever gets in is told how it ends. */
  private boolean take(Runnable admission) {
    boolean taken = inbox.offer(admission);
    wake();
    return taken;
  }

  /**
   * Takes on work of no hurry: it gets the time that streams leave, and one slice of {@value
   * #PATIENCE} where they leave none. Does not wait.
   *
   * @throws ServiceException if the worker is closed, or too much of it waits
   */
  public void submit(BackgroundWork work) {
    inbox.offer(work);
    wake();
  }

  /** Ends all streams and the thread, and waits for it. */
  @Override
  public void close() {
    closed = true;
    inbox.close();
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
    signalled.set(true);
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (!closed) {
        signalled.set(false);
        admit();
        boolean worked = round();
        busyRounds = worked ? busyRounds + 1 : PATIENCE;
        if (busyRounds >= PATIENCE) {
          busyRounds = 0;
          worked |= backgroundSlice();
        }
        // A lock taken on the way may have used up the wake-up; the signal stays.
        if (!worked && !signalled.get()) {
          LockSupport.park(this);
        }
      }
    } finally {
      inbox.close();
      admit();
      ring.forEach(place -> end(place, DeviceInbox.closing()));
      for (BackgroundWork work = inbox.background(); work != null; work = inbox.background()) {
        end(work, DeviceInbox.closing());
      }
      idle.values().forEach(DrawPool::close);
      machines.close();
    }
  }

  /** A slice of the first background work; whether there was any. */
  private boolean backgroundSlice() {
    BackgroundWork work = inbox.background();
    if (work == null) {
      return false;
    }
    Machine machine = placement.first();
    long start = System.nanoTime();
    try {
      if (work.work(machine)) {
        inbox.remove(work);
      }
    } catch (ServiceException e) {
      end(work, e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      LOG.error("Background work on {} failed", machine.describe(), e);
      end(
          work,
          ServiceException.of(
              ErrorCode.DEVICE_FAILED, "the work failed; the server's log has the cause", e));
    } finally {
      busy(machine.kind()).busy(System.nanoTime() - start);
    }
    return true;
  }

  private void end(BackgroundWork work, ServiceException failure) {
    inbox.remove(work);
    try {
      work.fail(failure);
    } catch (RuntimeException e) {
      LOG.error("Background work did not end as it should", e);
    }
  }

  /** Ends a place's streams, come what may. */
  private static void end(WorkPlace place, ServiceException failure) {
    try {
      place.fail(failure);
    } catch (RuntimeException e) {
      LOG.error("model {}: its streams did not end as they should", place.key().model(), e);
    }
  }

  private void admit() {
    Runnable admission = inbox.arrived();
    while (admission != null) {
      admission.run();
      admission = inbox.arrived();
    }
  }

  private void admit(Production production) {
    if (production instanceof DrawProduction draws) {
      pool(draws.plan()).add(draws);
    } else if (production instanceof ChainProduction chains) {
      Machine machine = placement.of(chains.key());
      if (machine != chains.machine()) {
        chains.moveTo(machine, moved(chains.key(), chains.kind(), machine));
      }
      ring.addLast(chains);
    }
  }

  private DrawPool pool(StreamPlan plan) {
    ModelAt key = ModelAt.of(plan.model(), plan.target(), plan.levels());
    DrawPool pool = pools.get(key);
    if (pool == null) {
      pool = idle.remove(key);
      if (pool == null) {
        pool = new DrawPool(key, (Model.Draws) plan.model(), placement.of(key));
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
      worked |= turn(place);
      admit();
      if (place.isEmpty()) {
        retire(place);
      } else {
        ring.addLast(place);
      }
    }
    return worked;
  }

  /**
   * Gives a turn. Whatever goes wrong ends streams of this place.
   *
   * @return whether there was something to do
   */
  private boolean turn(WorkPlace place) {
    boolean worked = false;
    try {
      place.sweep();
      worked = place.hasWork();
      if (worked) {
        Machine machine = place.machine();
        long start = System.nanoTime();
        try {
          place.work();
          place.sweep();
        } finally {
          busy(machine.kind()).busy(System.nanoTime() - start);
        }
      }
    } catch (ServiceException e) {
      end(place, e);
    } catch (BadTargetException e) {
      // Some targets show only at work that they cannot be sampled: a chain that never thermalises.
      end(
          place,
          ServiceException.field(
              ErrorCode.BAD_FIELD, "target." + e.field(), String.valueOf(e.getMessage())));
    } catch (MachineException e) {
      moveOn(place, e);
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
      LOG.error("Work on {} failed", place.machine().describe(), e);
      end(
          place,
          ServiceException.of(
              ErrorCode.DEVICE_FAILED,
              "the generator failed on this machine; the server's log has the cause",
              e));
    }
    return worked;
  }

  private DeviceMeters busy(MachineKind kind) {
    return busy.computeIfAbsent(kind, meters);
  }

  /** The machine of a place has failed it: on to the next, if there is one. */
  private void moveOn(WorkPlace place, MachineException failure) {
    Machine failed = place.machine();
    ModelAt key = place.key();
    Machine next = placement.moveOn(key, failed);
    if (next == null) {
      LOG.error("model {} at {}: {} failed", key.model(), key.target(), failed.describe(), failure);
      end(
          place,
          ServiceException.of(
              ErrorCode.DEVICE_FAILED, String.valueOf(failure.getMessage()), failure));
    } else {
      LOG.warn(
          "model {} at {}: {} failed, {} serves it from now on",
          key.model(),
          key.target(),
          failed.describe(),
          next.describe(),
          failure);
      place.moveTo(next, moved(key, failed.kind(), next));
    }
  }

  /** What streams are told that cannot change machines. */
  static ServiceException moved(ModelAt key, MachineKind from, Machine to) {
    return ServiceException.retryable(
        ErrorCode.MACHINE_CHANGED,
        "machine: %s failed in the middle of the stream (expected: %s, which serves model %s from now on; start a new stream, or resume this one where a %s machine serves it)"
            .formatted(from, to.kind(), key.model(), from),
        Duration.ofSeconds(1));
  }

  private void retire(WorkPlace place) {
    if (place instanceof DrawPool pool) {
      pools.remove(pool.key());
      idle.put(pool.key(), pool);
      if (idle.size() > IDLE_SOURCES) {
        ModelAt eldest = idle.keySet().iterator().next();
        DrawPool gone = idle.remove(eldest);
        if (gone != null) {
          gone.close();
        }
      }
    }
  }
}
