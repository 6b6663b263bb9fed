package org.fieldstream.server.config;

/**
 * What computes.
 *
 * @param machine {@code auto} (a GPU if there is one, else SIMD), {@code vector} (SIMD), {@code
 *     opencl} or {@code opencl:n} (the n-th OpenCL device), {@code jtp} (Java threads)
 * @param threads threads of a CPU machine, at least 0; 0 takes one per core
 */
public record DeviceConfig(String machine, int threads) {
  /** Unless configured. */
  public static final DeviceConfig DEFAULTS = new DeviceConfig("auto", 0);

  public DeviceConfig {
    Check.that(
        machine.matches("auto|vector|opencl(:\\d{1,3})?|jtp"),
        "device.machine",
        machine,
        "auto, vector, opencl, opencl:n or jtp");
    Check.range("device.threads", threads, 0, 1024);
  }
}
