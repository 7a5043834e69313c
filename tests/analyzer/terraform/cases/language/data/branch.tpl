a
%{ if on ~}
  on
%{ else ~}
  off
%{ endif ~}
b
