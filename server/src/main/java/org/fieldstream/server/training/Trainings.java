package org.fieldstream.server.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.fieldstream.kernels.machine.Machine;
import org.fieldstream.server.generator.Model;
import org.fieldstream.server.model.ModelFileException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trainings of a running server: one at a time, on a thread of low priority and a machine of
 * its own, so that streams wait for neither. A training that is cancelled leaves nothing; one that
 * the server's end breaks off leaves its checkpoint, from which the same plan goes on.
 *
 * <p>Thread-safe.
 */
public final class Trainings {
  private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);

  private final Supplier<Machine> machines;
  private @Nullable Training running;
  private boolean closed;

  /**
   * No training yet.
   *
   * @param machines opens the machine of a training, which closes it
   */
  public Trainings(Supplier<Machine> machines) {
    this.machines = machines;
  }

  /** Sees a training happen, and end in exactly one way. On the training's thread. */
  public interface Listener extends TrainingListener {
    /** It is done, and the model's files are in the job's directory. */
    void trained(Model model);

    /** It could not be done; a {@link TrainingException} says why in words for the client. */
    void failed(Exception failure);

    /** It was cancelled; what it left is in the job's directory, to be deleted. */
    void cancelled();

    /** The server ends; the checkpoint stands. */
    void brokenOff();

    /** After any of these: the next training may begin. */
    void left();
  }

  /** One training. */
  public final class Training {
    private final TrainingJob job;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean cancelled;
    private volatile boolean ending;

    private Training(TrainingJob job, Listener listener) {
      this.job = job;
      this.listener = listener;
      thread = new Thread(this::run, "training-" + job.id());
      thread.setPriority(Thread.MIN_PRIORITY);
      thread.setDaemon(true);
    }

    /** Nobody wants the model any more: it ends after the step it is at. Any thread. */
    public void cancel() {
      cancelled = true;
    }

    private void run() {
      try {
        Model model = train();
        if (model != null) {
          listener.trained(model);
        } else if (ending) {
          listener.brokenOff();
        } else {
          listener.cancelled();
        }
      } catch (IOException
          | RuntimeException
          | OutOfMemoryError
          | StackOverflowError
          | LinkageError e) {
        Exception told = e instanceof Exception exception ? exception : new IOException(e);
        if (!(e instanceof TrainingException)) {
          LOG.error("training {}: failed", job.id(), e);
        }
        listener.failed(told);
      } finally {
        leave();
      }
    }

    private @Nullable Model train() throws IOException {
      try (Machine machine = machines.get();
          org.fieldstream.server.training.Training trainer = open(machine)) {
        LOG.info("training {}: {}", job.id(), job.command());
        return trainer.run(() -> cancelled || ending);
      }
    }

    /** From the checkpoint of the same request, or anew where there is one of another. */
    private org.fieldstream.server.training.Training open(Machine machine) throws IOException {
      try {
        return job.opening().open(machine, listener);
      } catch (ModelFileException e) {
        LOG.info("training {}: begins anew, for {}", job.id(), e.getMessage());
        Trainer.forget(job.directory());
        return job.opening().open(machine, listener);
      }
    }

    private void leave() {
      synchronized (Trainings.this) {
        running = null;
      }
      listener.left();
    }
  }

  /**
   * Starts a training. Returns at once.
   *
   * @return null if there is one already, or the server ends
   */
  public synchronized @Nullable Training start(TrainingJob job, Listener listener) {
    if (running != null || closed) {
      return null;
    }
    Training training = new Training(job, listener);
    running = training;
    training.thread.start();
    return training;
  }

  /** The id of the model that is being trained; null where none is. */
  public synchronized @Nullable String current() {
    return running == null ? null : running.job.id();
  }

  /** Breaks off what runs, keeping its checkpoint, and begins nothing more. Does not wait. */
  public synchronized void end() {
    closed = true;
    if (running != null) {
      running.ending = true;
    }
  }

  /**
   * {@link #end Ends} and waits for it, most often for the length of a step.
   *
   * @param patience how long to wait at most; the checkpoint before the last one stands then
   */
  public void close(Duration patience) {
    long until = System.nanoTime() + patience.toNanos();
    Thread thread = null;
    end();
    synchronized (this) {
      if (running != null) {
        thread = running.thread;
      }
    }
    boolean interrupted = false;
    while (thread != null && thread.isAlive() && System.nanoTime() < until) {
      try {
        thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes a directory of files. */
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> paths = Files.walk(directory)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
