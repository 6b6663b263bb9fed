package org.fieldstream.server.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a measurement ran on.
 *
 * @param cpu the processor's name
 * @param processors processors that this JVM may use
 * @param jvm name and version
 * @param machine the lattice machine: vector lanes and threads
 * @param load processes that ran or waited in the last minute; negative where not known
 */
public record Host(String cpu, int processors, String jvm, String machine, double load) {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

  /**
   * This one.
   *
   * @param machine the lattice machine in words
   */
  public static Host here(String machine) {
    return new Host(
        cpu(CPU_INFO).orElse(System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
        machine,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  static Optional<String> cpu(Path info) {
    if (!Files.isReadable(info)) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(info)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // a name is nice to have, nothing depends on it
    }
  }

  /** Whether others use the processors too, so that rates are below what a quiet machine gives. */
  public boolean busy() {
    return load > 0.5;
  }
}
