package org.fieldstream.server.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** CPU time of this process, all its threads: compiler and garbage collector are paid for too. */
final class CpuClock {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private CpuClock() {}

  /** CPU-seconds since the process began; steps of about 0.01. */
  static double seconds() {
    return SYSTEM.getProcessCpuTime() / 1e9;
  }
}
