package org.fieldstream.server;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Starts the program a second time with the incubator module of the Vector API, which a JVM has to
 * be told of when it boots, so that a plain {@code java -jar} is enough. The second process has the
 * first one's terminal, ends when it ends, and gives it its exit code.
 */
final class Relaunch {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String PARENT = "fieldstream.parent";

  /** Looks in a row that find no parent: a single one may fail for want of a file handle. */
  private static final int LOOKS = 3;

  private Relaunch() {}

  static boolean isVectorModuleThere() {
    return ModuleLayer.boot().findModule(MODULE).isPresent() || System.getProperty(PARENT) != null;
  }

  /**
   * Runs the program again and waits for it.
   *
   * @return its exit code
   */
  static int withVectorModule(Class<?> main, String[] arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("--add-modules=" + MODULE);
    // As the jar's manifest says, which counts only for java -jar: newer JVMs warn of native code.
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-D" + PARENT + '=' + ProcessHandle.current().pid());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    try {
      Process child = new ProcessBuilder(command).inheritIO().start();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(child), "end-child"));
      return child.waitFor();
    } catch (IOException e) {
      System.err.println("java: " + command.get(0) + " did not start: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  /** Passes on the signal that ends this process, and lets the child drain. */
  private static void end(Process child) {
    child.destroy();
    try {
      child.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * In the second process: when the first one is gone without a goodbye (SIGKILL), nobody holds
   * this one any more, and its ports must not stay taken.
   */
  static void endWithParent() {
    Long parent = Long.getLong(PARENT);
    if (parent != null) {
      // ProcessHandle.onExit looks only every few seconds at a process that is not a child.
      Executors.newSingleThreadScheduledExecutor(Relaunch::daemon)
          .scheduleWithFixedDelay(haltWithout(parent), 0, 100, TimeUnit.MILLISECONDS);
    }
  }

  /** An orphan has another parent, even while the first one is not buried yet. */
  private static Runnable haltWithout(long parent) {
    AtomicInteger missed = new AtomicInteger();
    return () -> {
      boolean there =
          ProcessHandle.current()
              .parent()
              .filter(p -> p.pid() == parent && p.isAlive())
              .isPresent();
      if (there) {
        missed.set(0);
      } else if (missed.incrementAndGet() == LOOKS) {
        System.err.println("ends: the process that started it is gone");
        Runtime.getRuntime().halt(137);
      }
    };
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "parent-watch");
    thread.setDaemon(true);
    return thread;
  }
}
