package org.fieldstream.kernels.machine;

import com.aparapi.device.Device;
import java.util.ArrayList;
import java.util.List;
import org.fieldstream.kernels.machine.aparapi.OpenClDevices;

/** The float machines that this host has. */
final class TestMachines {
  private TestMachines() {}

  /** Vector and JTP always, the first OpenCL device if there is one; the caller closes them. */
  static List<Machine> all() {
    List<Machine> machines = new ArrayList<>();
    machines.add(new VectorMachine(2));
    machines.add(AparapiMachine.threadPool());
    if (!AparapiMachine.openClDevices().isEmpty()) {
      machines.add(AparapiMachine.openCl(0, 64));
    }
    return machines;
  }

  /** Whether the first OpenCL device is a CPU. */
  static boolean openClIsACpu() {
    return OpenClDevices.list().stream()
        .limit(1)
        .anyMatch(device -> device.getType() == Device.TYPE.CPU);
  }
}
