package org.fieldstream.server.config;

/**
 * What computes.
 *
 * @param machine {@code auto} (a GPU if there is one, else SIMD), {@code vector} (SIMD), {@code
 *     opencl} or {@code opencl:n} (the n-th OpenCL device), {@code jtp} (Java threads)
 */
public record DeviceConfig(String machine) {
  /** Unless configured. */
  public static final DeviceConfig DEFAULTS = new DeviceConfig("auto");

  public DeviceConfig {
    Check.that(
        machine.matches("auto|vector|opencl(:\\d{1,4})?|jtp"),
        "device.machine",
        machine,
        "auto, vector, opencl, opencl:n or jtp");
  }
}
