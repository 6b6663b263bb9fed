package org.fieldstream.server.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.error.ServiceException;
import org.fieldstream.server.generator.DensitySource;
import org.fieldstream.server.generator.DrawBatch;
import org.fieldstream.server.generator.DrawSource;
import org.fieldstream.server.generator.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All streams and proposals of one model and target: their draws share device batches. Lanes are
 * dealt in equal shares, what one stream does not need goes to the others, and whoever is first
 * this time is last next time. A batch that takes long takes several turns: whoever comes meanwhile
 * waits for the next.
 */
final class DrawPool implements WorkPlace {
  private static final Logger LOG = LoggerFactory.getLogger(DrawPool.class);

  private final ModelAt key;
  private final Model.Draws model;
  private Machine machine;
  private final Deque<DrawTaker> streams = new ArrayDeque<>();
  private @Nullable DrawSource source;
  private @Nullable DensitySource density;
  private long[] seeds = {};
  private long[] indices = {};

  /** A device batch that is not whole yet. */
  private @Nullable DrawRound round;

  /**
   * A pool.
   *
   * @param key what its streams have in common
   */
  DrawPool(ModelAt key, Model.Draws model, Machine machine) {
    this.key = key;
    this.model = model;
    this.machine = machine;
  }

  @Override
  public ModelAt key() {
    return key;
  }

  @Override
  public Machine machine() {
    return machine;
  }

  /** Takes a stream in; one that was planned for another kind of machine may have to end. */
  void add(DrawTaker stream) {
    if (stream.kind() == machine.kind()
        || stream.startOver(machine.kind(), DeviceWorker.moved(key, stream.kind(), machine))) {
      streams.addLast(stream);
    }
  }

  @Override
  public void moveTo(Machine next, ServiceException forOthers) {
    close();
    machine = next;
    streams.removeIf(stream -> !stream.startOver(next.kind(), forOthers));
  }

  @Override
  public void sweep() {
    streams.removeIf(DrawTaker::settle);
    DrawRound begun = round;
    if (begun != null && !begun.isWanted()) {
      round = null;
      DrawSource open = source;
      if (open != null) {
        open.forget();
      }
    }
  }

  @Override
  public boolean hasWork() {
    if (round != null) {
      return true;
    }
    for (DrawTaker stream : streams) {
      if (stream.wanted() > 0 || stream.hasState()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void work() {
    evaluate();
    draw();
    streams.addLast(streams.removeFirst());
  }

  /** One state a turn: it may take as long as a device batch. */
  private void evaluate() {
    for (DrawTaker stream : streams) {
      if (stream.hasState()) {
        stream.evaluate(this::density);
        return;
      }
    }
  }

  /** Part of a device batch; all of it from most sources. */
  private void draw() {
    DrawRound begun = round == null ? begin() : round;
    if (begun == null) {
      return;
    }
    round = begun;
    DrawSource open = open();
    if (open.advance(seeds, indices, begun.lanes(), begun.levels())) {
      DrawBatch batch = open.draw(seeds, indices, begun.lanes(), begun.levels());
      round = null;
      begun.deliver(batch);
    }
  }

  private @Nullable DrawRound begin() {
    List<DrawTaker> active = new ArrayList<>();
    for (DrawTaker stream : streams) {
      if (stream.wanted() > 0) {
        active.add(stream);
      }
    }
    if (active.isEmpty()) {
      return null;
    }
    open();
    // A stream that was cancelled just now may leave nothing to do.
    DrawRound next = new DrawRound(active, seeds, indices);
    return next.lanes() > 0 ? next : null;
  }

  @Override
  public boolean isEmpty() {
    return streams.isEmpty();
  }

  @Override
  public void fail(ServiceException failure) {
    streams.forEach(stream -> stream.fail(failure));
    streams.clear();
    close();
  }

  /** Closes what is open; the pool may be used again. */
  void close() {
    round = null;
    close(source);
    source = null;
    close(density);
    density = null;
  }

  private void close(@Nullable AutoCloseable open) {
    if (open != null) {
      try {
        open.close();
      } catch (Exception e) {
        // The streams are served or told already; the machine frees the rest when it closes.
        LOG.warn("A source of model {} did not close", key.model(), e);
      }
    }
  }

  private DrawSource open() {
    DrawSource open = source;
    if (open == null) {
      open =
          key.denoising()
              ? model.openDenoising(key.target(), machine)
              : model.open(key.target(), machine);
      source = open;
      seeds = new long[open.preferredLanes()];
      indices = new long[open.preferredLanes()];
    }
    return open;
  }

  private DensitySource density() {
    DensitySource open = density;
    if (open == null) {
      open = model.openDensity(key.target(), machine);
      density = open;
    }
    return open;
  }
}
