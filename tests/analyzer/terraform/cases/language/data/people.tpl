%{ for p in people ~}
%{ if p.age > 35 }${upper(p.name)}%{ else }${p.name}%{ endif }: ${p.age}
%{ endfor ~}
end $${x}