package org.fieldstream.server.generator;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fieldstream.kernels.machine.MachineException;

/**
 * Threads that share the work on a batch which is done here, not on the machine. What comes out
 * must not depend on who does what.
 */
public final class Crew implements AutoCloseable {
  private final String task;
  private final ExecutorService threads;

  /**
   * A crew.
   *
   * @param task what it does, in a word: part of the threads' names
   * @param size threads, the caller's included, at least 1
   */
  public Crew(String task, int size) {
    this.task = task;
    threads =
        Executors.newFixedThreadPool(
            Math.max(1, size - 1),
            run -> {
              Thread thread = new Thread(run, "fieldstream-" + task);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Does all shares, the first on the calling thread, and waits for the others. */
  public void work(List<? extends Runnable> shares) {
    List<Future<?>> others =
        shares.stream().skip(1).<Future<?>>map(share -> threads.submit(share)).toList();
    try {
      shares.get(0).run();
    } finally {
      await(others);
    }
  }

  /** All of them, failures or not: they still write to the batch. */
  private void await(List<Future<?>> others) {
    boolean interrupted = false;
    Throwable failure = null;
    for (int i = 0; i < others.size(); ) {
      try {
        others.get(i).get();
        i++;
      } catch (InterruptedException e) {
        interrupted = true; // passed on below
      } catch (ExecutionException e) {
        failure = e.getCause();
        i++;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new MachineException(task + ": a thread failed: " + failure, failure);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
